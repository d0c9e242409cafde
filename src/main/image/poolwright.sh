# The command-line tool: busybox sh poolwright.sh autoscale evaluate
exec /opt/jre/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData \
  -cp @/app/operator-classpath io.poolwright.main.CommandLineTool "$@"
