# Holds a compute node's reservation: sleeps, and ends at once when told to. Between two sleeps it removes the directories of tasks whose
# retention time is over, or the node's volume would fill up.
# An attempt that was killed, or whose files did not come, has left no time at which its directory goes. Its runner touches the directory every
# hour; what is not touched for its retention time, and for no less than this, is nobody's any more: an image may take long to be pulled.
LEAST=${POOLWRIGHT_LEAST_SECONDS:-86400}
BB=${0%/bin/*}/busybox
ROOT=${AZ_BATCH_NODE_ROOT_DIR:-/batch}
trap 'exit 0' TERM INT

# What a job prepared is not taken away while any of its tasks' directories is there.
is_needed() {
  [ -e "$1/.preparation" ] || return 1
  for other in "${1%/*}"/*/; do
    [ "${other%/}" = "$1" ] || [ ! -d "$other" ] || return 0
  done
  return 1
}
tidy() {
  now=$("$BB" date +%s)
  for mark in "$ROOT"/workitems/*/job-1/*/.expires; do
    [ -f "$mark" ] && read -r due <"$mark" || continue
    case $due in ''|*[!0-9]*) continue ;; esac
    [ "$due" -gt "$now" ] || is_needed "${mark%/*}" || "$BB" rm -rf "${mark%/*}"
  done
  for mark in "$ROOT"/workitems/*/job-1/*/.retention; do
    [ -f "$mark" ] && [ ! -e "${mark%/*}/.expires" ] && read -r keep <"$mark" && touched=$("$BB" stat -c %Y "$mark") || continue
    case $keep in ''|0?*|*[!0-9]*) continue ;; esac
    [ "$keep" -ge "$LEAST" ] || keep=$LEAST
    [ "$((touched + keep))" -gt "$now" ] || is_needed "${mark%/*}" || "$BB" rm -rf "${mark%/*}"
  done
  # Of a job that has no task here any more, nothing is left; what another user owns stays.
  for job in "$ROOT"/workitems/*/job-1; do
    [ ! -d "$job/.trash" ] || { "$BB" rm -rf "$job"/.trash/*; "$BB" rmdir "$job/.trash"; }
    "$BB" rmdir "$job" && "$BB" rmdir "${job%/*}"
  done
}

while :; do
  tidy 2>/dev/null
  "$BB" sleep "${POOLWRIGHT_TIDY_SECONDS:-60}" &
  wait $!
done
