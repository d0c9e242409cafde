# Holds a compute node's reservation: sleeps, and ends at once when told to. Between two sleeps it removes the directories of tasks whose
# retention time is over, or the node's volume would fill up.
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
}

while :; do
  tidy 2>/dev/null
  "$BB" sleep "${POOLWRIGHT_TIDY_SECONDS:-60}" &
  wait $!
done
