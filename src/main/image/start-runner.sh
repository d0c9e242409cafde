# Runs a pool's start task: busybox sh start-runner.sh <argv...>
# The same runner as for a task, with the retries inside, because the node waits in this one container.
pw_run=${0%/*}
pw_bb=$pw_run/busybox
. "$pw_run/report.sh"
AZ_BATCH_TASK_DIR=${AZ_BATCH_NODE_STARTUP_DIR:-/batch/startup}
AZ_BATCH_TASK_WORKING_DIR=$AZ_BATCH_TASK_DIR/wd
export AZ_BATCH_TASK_DIR AZ_BATCH_TASK_WORKING_DIR
# Without its files the command is not run.
if [ -s "$pw_run/not-staged" ]; then
  "$pw_bb" cat "$pw_run/not-staged" >"$pw_log"
  "$pw_bb" cat "$pw_run/not-staged" >&2
  exit 1
fi
pw_retries=${POOLWRIGHT_MAX_RETRIES:-0} pw_retried=0 pw_pause=1 pw_last=
pw_child= pw_terminated=
trap 'pw_terminated=1; [ -z "$pw_child" ] || "$pw_bb" kill -TERM "$pw_child" 2>/dev/null' TERM INT

await() {
  while :; do
    wait "$pw_child"; pw_code=$?
    "$pw_bb" kill -0 "$pw_child" 2>/dev/null || return
    case $("$pw_bb" cut -d ' ' -f 3 "/proc/$pw_child/stat" 2>/dev/null) in Z|'') return ;; esac
  done
}
while :; do
  "$pw_bb" rm -f "$pw_run/verdict" "$pw_run/exit"
  POOLWRIGHT_TERMINATION_LOG=$pw_run/verdict "$pw_bb" sh "$pw_run/runner.sh" "$@" & pw_child=$!
  await
  pw_child=
  [ ! -r "$pw_run/exit" ] || read -r pw_code <"$pw_run/exit"
  # A program that cannot be started now cannot be started a second later.
  [ "$pw_code" -ne 0 ] && [ -z "$pw_terminated" ] && ! "$pw_bb" grep -q '"code":"Command' "$pw_run/verdict" 2>/dev/null || break
  [ "$pw_retries" -lt 0 ] || [ "$pw_retried" -lt "$pw_retries" ] || break
  echo "poolwright: the start task ended with exit code $pw_code; trying again in $pw_pause s" >&2
  "$pw_bb" sleep "$pw_pause" & pw_child=$!
  wait "$pw_child"
  pw_child=
  [ -z "$pw_terminated" ] || break
  pw_last=$("$pw_bb" date -u +%Y-%m-%dT%H:%M:%SZ) pw_retried=$((pw_retried + 1)) pw_pause=$((pw_pause * 2))
  [ "$pw_pause" -le 30 ] || pw_pause=30
done
[ -z "$pw_terminated" ] || pw_code=143
pw_verdict=
[ -n "$pw_terminated" ] || pw_verdict=$("$pw_bb" sed 's/^{/,/; s/}$//' "$pw_run/verdict" 2>/dev/null)
pw_tail=
[ "$pw_code" -eq 0 ] || pw_tail=$("$pw_bb" tail -c 700 "$AZ_BATCH_TASK_DIR/stderr.txt" 2>/dev/null | "$pw_bb" sed 's/$/\\n/' | "$pw_bb" tr -d '\n' | "$pw_bb" tr -c '\040-\176' ' ' | "$pw_bb" sed 's/[\\"]/\\&/g; s/\\\\n/\\n/g')
[ -z "$pw_last" ] || pw_last=",\"lastRetryTime\":\"$pw_last\""
printf '{"exitCode":%s,"retryCount":%s%s%s,"stderrTail":"%s"}' "$pw_code" "$pw_retried" "$pw_last" "$pw_verdict" "$pw_tail" >"$pw_log" 2>/dev/null || true
exit "$pw_code"
