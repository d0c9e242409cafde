# Hook of the container that runs stage.sh, and in it: returns when the task's directory is there. A pod whose hook hangs could not be deleted, so it gives
# up after half a minute, and the kubelet ends the container. Where staging fails both end together.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
n=0
until [ -e "$RUN/staged" ]; do
  [ "$n" -lt 3000 ] || { echo 'the directory of the task is not there after 30 s' >&2; exit 1; }
  "$HOME_DIR/busybox" usleep 10000
  n=$((n + 1))
done
