# First init container of a node pod: the node's directories, the start task's runner, then, only where there are any, the packages.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
ROOT=${AZ_BATCH_NODE_ROOT_DIR:-/batch}
BB=$HOME_DIR/busybox
. "$HOME_DIR/bin/report.sh"

umask 0022
problem=$({ "$BB" cp "$BB" "$HOME_DIR/bin/runner.sh" "$HOME_DIR/bin/start-runner.sh" "$HOME_DIR/bin/program.sh" "$HOME_DIR/bin/report.sh" "$RUN/" &&
  "$BB" chmod 755 "$RUN/busybox"; } 2>&1) || {
  report ServerError "$(code_for "$problem" ResourceDirectoryCreateFailed)" "The run directory could not be prepared: $problem"; exit 1; }
umask 0007
# A node that is rebooted still has what its start task left, maybe as another user: it begins anew, and what cannot be removed stays out of the way.
clear_away() {
  [ -d "$1" ] || return 0
  [ -d "$ROOT/.trash" ] || "$BB" mkdir "$ROOT/.trash" || return 1
  old=$("$BB" mktemp -d "$ROOT/.trash/XXXXXX") && "$BB" mv "$1" "$old/" && { "$BB" rm -rf "$old" 2>/dev/null || true; }
}
prepare() {
  clear_away "$ROOT/startup" || return 1
  for directory in shared startup startup/wd applications workitems; do
    [ -d "$ROOT/$directory" ] || "$BB" mkdir "$ROOT/$directory" || return 1
    # A volume that sets its own modes refuses this; the group's rights come from the umask then.
    [ ! -O "$ROOT/$directory" ] || "$BB" chmod 2770 "$ROOT/$directory" || return 1
  done
}
problem=$(prepare 2>&1) || {
  report ServerError "$(code_for "$problem" ResourceDirectoryCreateFailed)" "The node's directories could not be made: $problem"; exit 1; }

if [ -n "${POOLWRIGHT_PACKAGES:-}" ]; then
  exec "$BB" sh "$HOME_DIR/bin/agent.sh" packages
fi
