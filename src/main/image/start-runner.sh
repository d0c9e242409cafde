# Runs a pool's start task: busybox sh start-runner.sh <argv...>
# The same runner as for a task, with the retries inside, because the node waits in this one container.
RUN=${0%/*}
BB=$RUN/busybox
. "$RUN/report.sh"
AZ_BATCH_TASK_DIR=${AZ_BATCH_NODE_STARTUP_DIR:-/batch/startup}
AZ_BATCH_TASK_WORKING_DIR=$AZ_BATCH_TASK_DIR/wd
export AZ_BATCH_TASK_DIR AZ_BATCH_TASK_WORKING_DIR
# Without its files the command is not run.
if [ -s "$RUN/not-staged" ]; then
  "$BB" cat "$RUN/not-staged" >"$LOG"
  "$BB" cat "$RUN/not-staged" >&2
  exit 1
fi
retries=${POOLWRIGHT_MAX_RETRIES:-0} retried=0 pause=1 last=
child= terminated=
trap 'terminated=1; [ -z "$child" ] || "$BB" kill -TERM "$child" 2>/dev/null' TERM INT

await() {
  while :; do
    wait "$child"; code=$?
    "$BB" kill -0 "$child" 2>/dev/null || return
    case $("$BB" cut -d ' ' -f 3 "/proc/$child/stat" 2>/dev/null) in Z|'') return ;; esac
  done
}
while :; do
  "$BB" rm -f "$RUN/verdict" "$RUN/exit"
  POOLWRIGHT_TERMINATION_LOG=$RUN/verdict "$BB" sh "$RUN/runner.sh" "$@" & child=$!
  await
  child=
  [ ! -r "$RUN/exit" ] || read -r code <"$RUN/exit"
  # A program that cannot be started now cannot be started a second later.
  [ "$code" -ne 0 ] && [ -z "$terminated" ] && ! "$BB" grep -q '"code":"Command' "$RUN/verdict" 2>/dev/null || break
  [ "$retries" -lt 0 ] || [ "$retried" -lt "$retries" ] || break
  echo "poolwright: the start task ended with exit code $code; trying again in $pause s" >&2
  "$BB" sleep "$pause" & child=$!
  wait "$child"
  child=
  [ -z "$terminated" ] || break
  last=$("$BB" date -u +%Y-%m-%dT%H:%M:%SZ) retried=$((retried + 1)) pause=$((pause * 2))
  [ "$pause" -le 30 ] || pause=30
done
[ -z "$terminated" ] || code=143
verdict=$("$BB" sed 's/^{/,/; s/}$//' "$RUN/verdict" 2>/dev/null)
tail=
[ "$code" -eq 0 ] || tail=$("$BB" tail -c 700 "$AZ_BATCH_TASK_DIR/stderr.txt" 2>/dev/null | "$BB" sed 's/$/\\n/' | "$BB" tr -d '\n' | "$BB" tr -c '\040-\176' ' ' | "$BB" sed 's/[\\"]/\\&/g; s/\\\\n/\\n/g')
[ -z "$last" ] || last=",\"lastRetryTime\":\"$last\""
printf '{"exitCode":%s,"retryCount":%s%s%s,"stderrTail":"%s"}' "$code" "$retried" "$last" "$verdict" "$tail" >"$LOG" 2>/dev/null || true
exit "$code"
