# Runs one command in the user's image: busybox sh runner.sh <argv...>
# Needs only the static busybox beside it; the image may have no shell at all, any uid, a read-only root.
# A variable of the user's that this script assigned would reach the command with our value: ours begin with pw_.
pw_run=${0%/*}
pw_bb=$pw_run/busybox
. "$pw_run/report.sh"

# Second life, in the command's own session: the trap can only fire if exec failed, so it tells "could not start" from "ended with 127".
if [ "${POOLWRIGHT_LAUNCH:-}" = "$pw_run" ]; then
  pw_program=$1 pw_launch_umask=$2; shift 2
  # What runs on the nodes of a multi-instance task has something to tell itself.
  [ -n "${POOLWRIGHT_GANG:-}" ] || unset POOLWRIGHT_TERMINATION_LOG
  unset POOLWRIGHT_LAUNCH POOLWRIGHT_MAX_WALL_CLOCK_SECONDS POOLWRIGHT_RETENTION_SECONDS POOLWRIGHT_SIGN_SECONDS POOLWRIGHT_STARTS_IN SHLVL OLDPWD
  trap ': >"$pw_run/not-launched"' EXIT
  umask "$pw_launch_umask"
  # A shell forgets variables whose names it cannot spell (a.b, a-b); Kubernetes allows them, so they are put back.
  environment() { "$pw_bb" tr '\n\0' '\001\n' <"/proc/$PPID/environ" 2>/dev/null; }
  pw_odd='^[0-9][^=]*=|^[^=]*[^A-Za-z0-9_=][^=]*='
  pw_count=$(environment | "$pw_bb" grep -cE "$pw_odd")
  if [ "${pw_count:-0}" -gt 0 ]; then
    pw_name=$1; shift; set -- "$pw_program" "$@"
    while [ "$pw_count" -gt 0 ]; do
      pw_variable=$(environment | "$pw_bb" grep -E "$pw_odd" | "$pw_bb" sed -n "${pw_count}p" | "$pw_bb" tr '\001' '\n'; echo x)
      pw_variable=${pw_variable%x}
      set -- "${pw_variable%?}" "$@"
      pw_count=$((pw_count - 1))
    done
    exec "$pw_bb" env "$@"
  fi
  pw_name=$1; shift
  exec -a "$pw_name" "$pw_program" "$@"
fi

# A snapshot: the file beside it is renewed for as long as the command runs.
if [ -n "${POOLWRIGHT_TOKEN_FILE:-}" ]; then
  AZ_BATCH_AUTHENTICATION_TOKEN=$("$pw_bb" cat "$POOLWRIGHT_TOKEN_FILE") && export AZ_BATCH_AUTHENTICATION_TOKEN
  unset POOLWRIGHT_TOKEN_FILE
fi

umask 0022
now() { echo | "$pw_bb" ts %.s | "$pw_bb" sed 's/\(\.[0-9][0-9][0-9]\).*/\1/'; }

# Whoever holds the other end of this pipe learns of our end from the kernel, whatever ends us.
[ -p "$pw_run/alive" ] || { "$pw_bb" mkfifo -m 666 "$pw_run/alive"; }
exec 9<>"$pw_run/alive"
: >"$pw_run/started"
# Nothing would be stored of it.
[ ! -e "$pw_run/over" ] || { report ServerError Disrupted "The pod's other container was told to end before the command had begun."; exit 143; }
pw_started=$(now)
printf '%s\n' "$pw_started" >"$pw_run/times"

finish() {
  # The node removes the task's directory once this time has come; a hidden file, which patterns of outputs pass over.
  case ${POOLWRIGHT_RETENTION_SECONDS:-} in
    ''|*[!0-9]*) ;;
    *) printf '%s\n' "$(($("$pw_bb" date +%s) + POOLWRIGHT_RETENTION_SECONDS))" 2>/dev/null >"$AZ_BATCH_TASK_DIR/.expires" ;;
  esac
  printf '%s %s\n' "$pw_started" "$(now)" >"$pw_run/times"
  printf '%s\n' "$1" >"$pw_run/exit.new" && "$pw_bb" mv "$pw_run/exit.new" "$pw_run/exit"
  exit "$1"
}
refuse() { # exit-code code message [phase]
  report UserError "$2" "$3" "${4:-}"
  finish "$1"
}

[ $# -gt 0 ] || refuse 127 CommandProgramNotFound 'The command is empty; give at least the name of a program.'
pw_dir=$AZ_BATCH_TASK_DIR
pw_problem=$(cd "$AZ_BATCH_TASK_WORKING_DIR" 2>&1) || refuse 126 CommandLaunchFailed \
  "The working directory $AZ_BATCH_TASK_WORKING_DIR cannot be entered by user $("$pw_bb" id -u): ${pw_problem##*: }. Let the image run as a user of the pod's fsGroup."
# Another directory than the task's is where the container starts.
[ "${POOLWRIGHT_STARTS_IN:-}" = container ] || cd "$AZ_BATCH_TASK_WORKING_DIR"
umask 0002
for pw_file in stdout.txt stderr.txt; do
  pw_problem=$( { true >"$pw_dir/$pw_file"; } 2>&1) || refuse 126 "$(code_for "$pw_problem" CommandLaunchFailed)" "The task's directory cannot be written by user $("$pw_bb" id -u): ${pw_problem##*: }"
done

. "$pw_run/program.sh"
find_program "$1"

"$pw_bb" rm -f "$pw_run/out" "$pw_run/err" "$pw_run/expired" "$pw_run/stopped" "$pw_run/not-launched"
"$pw_bb" mkfifo -m 600 "$pw_run/out" "$pw_run/err"
# The writers outlive a TERM: what the command says while it ends must still be kept.
(trap '' TERM INT HUP; exec "$pw_bb" tee "$pw_dir/stdout.txt" <"$pw_run/out" 2>"$pw_run/out.problem" 9>&-) & pw_out=$!
(trap '' TERM INT HUP; exec "$pw_bb" tee "$pw_dir/stderr.txt" <"$pw_run/err" >&2 2>"$pw_run/err.problem" 9>&-) & pw_err=$!

pw_child= pw_terminated= pw_interrupted=
forward() { [ -z "$pw_child" ] || "$pw_bb" kill -TERM "-$pw_child" 2>/dev/null || "$pw_bb" kill -TERM "$pw_child" 2>/dev/null; }
# What runs on the nodes of a multi-instance task asks for this file; a disk may be full.
trap 'pw_terminated=1 pw_interrupted=1; true 2>/dev/null >"$pw_run/stopped"; forward' TERM INT
POOLWRIGHT_LAUNCH=$pw_run "$pw_bb" setsid "$pw_bb" sh "$pw_run/runner.sh" "$pw_found" 0002 "$@" >"$pw_run/out" 2>"$pw_run/err" 9>&- & pw_child=$!
[ -z "$pw_terminated" ] || forward

pw_watchdog=
if [ -n "${POOLWRIGHT_MAX_WALL_CLOCK_SECONDS:-}" ]; then
  "$pw_bb" setsid "$pw_bb" sh -c '
    "$1" sleep "$2"; : >"$3"; "$1" kill -TERM "-$4" 2>/dev/null
    n=0; while [ $n -lt 100 ] && "$1" kill -0 "-$4" 2>/dev/null; do "$1" usleep 100000; n=$((n + 1)); done
    "$1" kill -KILL "-$4" 2>/dev/null' watchdog "$pw_bb" "$POOLWRIGHT_MAX_WALL_CLOCK_SECONDS" "$pw_run/expired" "$pw_child" \
    </dev/null >/dev/null 2>&1 9>&- & pw_watchdog=$!
fi

# The node removes a directory that nobody touches: after a runner that is killed nobody does.
pw_sign=
if [ -f "$pw_dir/.retention" ]; then
  "$pw_bb" setsid "$pw_bb" sh -c 'while "$1" sleep "$2" && [ -d "/proc/$4" ]; do "$1" touch -c "$3"; done' sign \
    "$pw_bb" "${POOLWRIGHT_SIGN_SECONDS:-3600}" "$pw_dir/.retention" $$ </dev/null >/dev/null 2>&1 9>&- & pw_sign=$!
fi
while :; do
  pw_interrupted=
  wait "$pw_child"; pw_code=$?
  [ -n "$pw_interrupted" ] || break
done
# Told to stop while its output is written out only: then it ended by itself.
pw_stopped=$pw_terminated
if [ -n "$pw_watchdog" ]; then
  # What ignores the first signal still has its ten seconds, also when its parent is gone already.
  if [ -e "$pw_run/expired" ]; then wait "$pw_watchdog"; else "$pw_bb" kill -KILL "-$pw_watchdog" 2>/dev/null; fi
fi
if [ -n "$pw_sign" ]; then
  "$pw_bb" kill -KILL "-$pw_sign" 2>/dev/null || "$pw_bb" kill -KILL "$pw_sign" 2>/dev/null
  wait "$pw_sign" 2>/dev/null
fi
# The task ends with its command: processes left behind would hold the output open for ever.
"$pw_bb" kill -KILL "-$pw_child" 2>/dev/null
# In a container of our own that includes those that fled into a session of theirs.
if [ $$ -eq 1 ]; then
  for pw_process in /proc/[0-9]*; do
    case ${pw_process#/proc/} in 1|"$pw_out"|"$pw_err") ;; *) "$pw_bb" kill -KILL "${pw_process#/proc/}" 2>/dev/null ;; esac
  done
fi
# Waits for a writer for as long as it still gets something written.
drain() { # pid file
  pw_idle=0 pw_size=
  while [ "$pw_idle" -lt 750 ]; do
    # A writer that has ended stays visible until it is waited for.
    case $("$pw_bb" cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null) in Z|'') break ;; esac
    "$pw_bb" usleep 20000
    pw_before=$pw_size pw_size=$("$pw_bb" stat -c %s "$2" 2>/dev/null)
    if [ "$pw_size" = "$pw_before" ]; then pw_idle=$((pw_idle + 1)); else pw_idle=0; fi
  done
  [ "$pw_idle" -lt 750 ] || "$pw_bb" kill -KILL "$1" 2>/dev/null
  wait "$1"
}
trap '' TERM INT
pw_lost=
drain "$pw_out" "$pw_dir/stdout.txt" || pw_lost=$("$pw_bb" cat "$pw_run/out.problem" 2>/dev/null)
drain "$pw_err" "$pw_dir/stderr.txt" || pw_lost=$pw_lost$("$pw_bb" cat "$pw_run/err.problem" 2>/dev/null)

if [ -e "$pw_run/expired" ]; then
  refuse 124 MaxWallClockTimeExpiry "The command ran longer than maxWallClockTime ($POOLWRIGHT_MAX_WALL_CLOCK_SECONDS s) and was ended; raise constraints.maxWallClockTime if it needs longer."
fi
# Whoever stops it may run it again, whatever it makes of the signal; its own code is told beside that.
[ -z "$pw_stopped" ] || { printf '{"exitCode":%s}' "$pw_code" 2>/dev/null >"$pw_log"; finish 143; }
# Of a multi-instance task: what was launched last.
[ ! -e "$pw_run/program" ] || pw_found=$("$pw_bb" cat "$pw_run/program")
if [ -e "$pw_run/not-launched" ]; then
  refuse 126 CommandLaunchFailed "\"$pw_found\" could not be executed: its loader or interpreter is missing in the image, or it is not a program for this machine."
fi
case $pw_foreign$pw_code in
  12|1126|1127) refuse 126 CommandLaunchFailed "\"$pw_found\" seems to be a program for another processor architecture; use an image or a file built for this node." ;;
esac
# busybox says no more than "I/O error"; with a regular file that is a disk or a quota that is full.
case $pw_lost in
  *"$pw_dir"/std*)
    [ "$pw_code" -ne 0 ] || pw_code=1
    refuse "$pw_code" DiskFull "The node's directory is full: stdout.txt or stderr.txt could not be written whole. Free space in it, Reimage the node if old packages fill it, or give the pool a larger node.directory.size (docs/nodes.md)." Command ;;
esac
finish "$pw_code"
