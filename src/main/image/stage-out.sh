# Waits, without a JVM in memory, until the command has ended, whatever ended it; then the agent uploads.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
BB=$HOME_DIR/busybox

# A pod deleted before its command began has nothing to upload, and the command does not begin any more.
trap ': >"$RUN/over"; [ -e "$RUN/started" ] || exit 143' TERM INT
until [ -e "$RUN/started" ]; do "$BB" usleep 50000; done
# From here on the grace period belongs to the outputs: the command was told to end, and this container follows it.
trap '' TERM INT
# Opened for reading and writing first, so that opening it for reading cannot block when the runner has gone already.
exec 8<>"$RUN/alive" 9<"$RUN/alive" 8>&-
while read -r _ <&9; do :; done
exec 9<&-
# The first container of a pod that stores nothing stays as well: one that has ended is not ready, and a pod that is not ready is what a machine that does not answer has.
[ -n "${POOLWRIGHT_OUTPUTS:-}" ] || exit 0

# The node removes a directory that nobody touches, and an upload may take long.
"$BB" setsid "$BB" sh -c 'while "$1" sleep "$2" && [ -d "/proc/$4" ]; do "$1" touch -c "$3"; done' sign \
  "$BB" "${POOLWRIGHT_SIGN_SECONDS:-3600}" "$AZ_BATCH_TASK_DIR/.retention" $$ </dev/null >/dev/null 2>&1 & sign=$!
"$BB" sh "$HOME_DIR/bin/agent.sh" stage-out; code=$?
"$BB" kill -KILL "-$sign" 2>/dev/null || "$BB" kill -KILL "$sign" 2>/dev/null
# Only now may the directory go when its time has come. Under a name of our own first: the task may have put a link there.
case ${POOLWRIGHT_RETENTION_SECONDS:-} in
  ''|*[!0-9]*) ;;
  *) { mine=$("$BB" mktemp "$AZ_BATCH_TASK_DIR/.expires.XXXXXX") &&
       printf '%s\n' "$(($("$BB" date +%s) + POOLWRIGHT_RETENTION_SECONDS))" >"$mine" &&
       "$BB" mv -T -f "$mine" "$AZ_BATCH_TASK_DIR/.expires"; } 2>/dev/null ;;
esac
exit "$code"
