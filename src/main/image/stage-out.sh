# Waits, without a JVM in memory, until the command has ended, whatever ended it; then the agent uploads.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
BB=$HOME_DIR/busybox

# A pod deleted before its command began has nothing to upload.
trap 'exit 143' TERM INT
until [ -e "$RUN/started" ]; do "$BB" usleep 50000; done
# From here on the grace period belongs to the outputs: the command was told to end, and this container follows it.
trap '' TERM INT
# Opened for reading and writing first, so that opening it for reading cannot block when the runner has gone already.
exec 8<>"$RUN/alive" 9<"$RUN/alive" 8>&-
while read -r _ <&9; do :; done
exec 9<&-
exec "$BB" sh "$HOME_DIR/bin/agent.sh" stage-out
