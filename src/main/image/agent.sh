# The one place that knows how the agent's JVM is started: busybox sh agent.sh <verb>
# The environment carries the user's variables; none of them may change how this process, which holds the storage credential, runs.
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT LD_DEBUG GLIBC_TUNABLES GCONV_PATH LOCPATH
# Without a UTF-8 locale the JVM cannot name a file in anything but ASCII.
export LC_ALL=C.UTF-8
# The directory of an archive of many files is held in memory.
case ${1:-} in stage-out) heap=96m ;; *) heap=160m ;; esac
# Otherwise the young generation begins with some hundred KiB, and of many small files every other one waits for the collector.
exec /opt/jre/bin/java -XX:AOTCache=/app/agent.aot -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx$heap -Xms32m -Xmn16m -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError \
  -cp @/app/agent-classpath io.poolwright.agent.Agent "$@"
