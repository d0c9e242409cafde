# Init container of a node pod whose start task has resource files: brings them into its working directory.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
BB=$HOME_DIR/busybox

umask 0007
[ -n "${POOLWRIGHT_MAY_FAIL:-}" ] || exec "$BB" sh "$HOME_DIR/bin/agent.sh" stage-in
# The node takes tasks whatever becomes of its start task, so this container must end well; the start runner tells what went wrong here.
"$BB" rm -f "$RUN/files-failed"
POOLWRIGHT_TERMINATION_LOG=$RUN/files-failed "$BB" sh "$HOME_DIR/bin/agent.sh" stage-in && exit 0
code=$?
[ -s "$RUN/files-failed" ] || printf '{"category":"ServerError","code":"ResourceDownloadMiscError","message":"Staging in ended with exit code %s"}' "$code" >"$RUN/files-failed"
exit 0
