# Init container of a node pod whose start task has resource files: brings them into the start task's working directory.
HOME_DIR=${0%/bin/*}
RUN=${POOLWRIGHT_RUN:-/poolwright/run}
BB=$HOME_DIR/busybox
LOG=${POOLWRIGHT_TERMINATION_LOG:-/dev/termination-log}

umask 0007
"$BB" sh "$HOME_DIR/bin/agent.sh" stage-in & child=$!
trap '"$BB" kill -TERM "$child" 2>/dev/null' TERM INT
wait "$child"; code=$?
[ "$code" -ne 0 ] && [ "${POOLWRIGHT_WAIT_FOR_SUCCESS:-true}" = false ] && [ -s "$LOG" ] || exit "$code"
# The node does not wait for this start task to succeed, so it takes tasks without it: the start task's own container tells why it did not run.
umask 0022
"$BB" cp "$LOG" "$RUN/not-staged"
