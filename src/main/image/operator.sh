# The one place that knows how the operator's JVM is started.
exec /opt/jre/bin/java -XX:AOTCache=/app/operator.aot -XX:+UseSerialGC -XX:MaxRAMPercentage=70 -XX:-UsePerfData --sun-misc-unsafe-memory-access=allow -XX:+ExitOnOutOfMemoryError \
  -cp @/app/operator-classpath io.poolwright.main.OperatorMain "$@"
