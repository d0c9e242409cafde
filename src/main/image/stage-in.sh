# Before the command of a task: the task's directory, the runner's files, then, only where there are files to fetch, the agent. In an init container where
# there are, otherwise at the start of stage.sh.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
BB=$HOME_DIR/busybox
. "$HOME_DIR/bin/report.sh"

# Any uid of any image reads the runner's files; the task's own are for the pod's group only. The program that reads them comes last, and under its name
# only when it is whole: without it the command's container cannot start. Beside that container it is the hook that gives it its name (staged.sh).
hand_over() {
  "$BB" cp "$HOME_DIR/bin/runner.sh" "$HOME_DIR/bin/report.sh" "$HOME_DIR/bin/program.sh" "$HOME_DIR/bin/gang.sh" "$RUN/" &&
    { [ -p "$RUN/alive" ] || "$BB" mkfifo -m 666 "$RUN/alive"; } &&
    "$BB" cp "$BB" "$RUN/busybox.new" && "$BB" chmod 755 "$RUN/busybox.new" || return 1
  if [ -n "${POOLWRIGHT_BESIDE:-}" ]; then true >"$RUN/staged"; else "$BB" mv "$RUN/busybox.new" "$RUN/busybox"; fi
}
umask 0007

directory() { [ -d "$1" ] || "$BB" mkdir "$1" || [ -d "$1" ] && { [ ! -O "$1" ] || "$BB" chmod 2770 "$1"; }; }
# An earlier attempt may have left files that another user owns: the old directory is moved away first, and what of it cannot be removed stays there.
clear_away() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  trash=${1%/*}/.trash
  directory "$trash" && old=$("$BB" mktemp -d "$trash/XXXXXX") && "$BB" mv "$1" "$old/" && remove "$old"
}
# A hook waits for stage.sh: what takes long is removed while the command runs already, by stage.sh, or later by the node.
remove() {
  if [ -z "${POOLWRIGHT_BESIDE:-}" ]; then "$BB" rm -rf "$1" 2>/dev/null || true; return 0; fi
  "$BB" timeout 5 "$BB" rm -rf "$1" 2>/dev/null || printf '%s\n' "$1" >>"$RUN/trash"
}
# The node sweeps here too: what is in .trash goes, and so does a directory whose time is over, maybe just now.
cleared_away() { cleared=$(clear_away "$1" 2>&1) || cleared=$(clear_away "$1" 2>&1) || clear_away "$1"; }
# Where nodes have no directory that they share, each task has the whole tree to itself, and it is empty.
tree() {
  root=${AZ_BATCH_NODE_ROOT_DIR:-/batch}
  [ ! -d "$root/workitems" ] || return 0
  for part in shared startup startup/wd applications workitems; do
    directory "$root/$part" || return 1
  done
}
task_directory() {
  directory "${job_directory%/*}" && directory "$job_directory" && directory "$AZ_BATCH_TASK_DIR" && directory "$AZ_BATCH_TASK_WORKING_DIR"
}
prepare() {
  tree || return 1
  job_directory=${AZ_BATCH_TASK_DIR%/*}
  # A preparation that nobody waits for shares its directory with tasks that run already.
  [ "${POOLWRIGHT_PREPARATION:-}" = keep ] || cleared_away "$AZ_BATCH_TASK_DIR" || return 1
  # The node takes away directories of jobs that are empty, maybe just now.
  made=$(task_directory 2>&1) || made=$(task_directory 2>&1) || task_directory || return 1
  [ "${POOLWRIGHT_PREPARATION:-}" != keep ] || "$BB" rm -f "$AZ_BATCH_TASK_DIR/.expires" || return 1
  [ -z "${POOLWRIGHT_RETENTION_SECONDS:-}" ] || printf '%s\n' "$POOLWRIGHT_RETENTION_SECONDS" >"$AZ_BATCH_TASK_DIR/.retention" || return 1
  # The node keeps it for as long as the job has other directories; a hidden file, as the mark of its time is.
  [ -z "${POOLWRIGHT_PREPARATION:-}" ] || : >"$AZ_BATCH_TASK_DIR/.preparation" || return 1
  # The kubelet would make it root's, were it not there when the command's container mounts it.
  [ -z "${AZ_BATCH_JOB_PREP_DIR:-}" ] ||
    { directory "$AZ_BATCH_JOB_PREP_DIR" && directory "$AZ_BATCH_JOB_PREP_WORKING_DIR"; }
}
problem=$(prepare 2>&1) || {
  report ServerError "$(code_for "$problem" ResourceDirectoryCreateFailed)" "The task's directory could not be made on the node: $problem"; exit 1; }
umask 0022
problem=$(hand_over 2>&1) || {
  report ServerError "$(code_for "$problem" ResourceDirectoryCreateFailed)" "The run directory could not be prepared: $problem"; exit 1; }
umask 0007

if [ -n "${POOLWRIGHT_RESOURCE_FILES:-}${POOLWRIGHT_COMMON_FILES:-}${POOLWRIGHT_PACKAGES:-}" ]; then
  exec "$BB" sh "$HOME_DIR/bin/agent.sh" stage-in
fi
