# Hook of the container that runs stage.sh, and in it: when the task's directory is there, gives the program that reads the runner its name. So the command
# begins only where the kubelet has waited for this. A pod whose hook hangs could not be deleted: it gives up after half a minute, and the kubelet ends the
# container. Where staging fails both end together.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
BB=$HOME_DIR/busybox
seconds() { read -r up _ </proc/uptime; up=${up%.*}; }
seconds; last=$((up + 30)) pause=10000
until [ -e "$RUN/staged" ]; do
  seconds
  [ "$up" -le "$last" ] || { echo 'the directory of the task is not there after 30 s' >&2; exit 1; }
  [ "$up" -lt "$((last - 28))" ] || pause=50000
  "$BB" usleep "$pause"
done
exec "$BB" mv "$RUN/busybox.new" "$RUN/busybox"
