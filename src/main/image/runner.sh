# Runs one command in the user's image: busybox sh runner.sh <argv...>
# Needs only the static busybox beside it; the image may have no shell at all, any uid, a read-only root.
RUN=${0%/*}
BB=$RUN/busybox
. "$RUN/report.sh"

# Second life, in the command's own session: the trap can only fire if exec failed, so it tells "could not start" from "ended with 127".
if [ "${POOLWRIGHT_LAUNCH:-}" = "$RUN" ]; then
  program=$1 launch_umask=$2; shift 2
  unset POOLWRIGHT_LAUNCH POOLWRIGHT_TERMINATION_LOG POOLWRIGHT_MAX_WALL_CLOCK_SECONDS POOLWRIGHT_RETENTION_SECONDS SHLVL OLDPWD
  trap ': >"$RUN/not-launched"' EXIT
  umask "$launch_umask"
  # A shell forgets variables whose names it cannot spell (a.b, a-b); Kubernetes allows them, so they are put back.
  environment() { "$BB" tr '\n\0' '\001\n' <"/proc/$PPID/environ" 2>/dev/null; }
  odd='^[0-9][^=]*=|^[^=]*[^A-Za-z0-9_=][^=]*='
  count=$(environment | "$BB" grep -cE "$odd")
  if [ "${count:-0}" -gt 0 ]; then
    name=$1; shift; set -- "$program" "$@"
    while [ "$count" -gt 0 ]; do
      variable=$(environment | "$BB" grep -E "$odd" | "$BB" sed -n "${count}p" | "$BB" tr '\001' '\n'; echo x)
      variable=${variable%x}
      set -- "${variable%?}" "$@"
      count=$((count - 1))
    done
    exec "$BB" env "$@"
  fi
  name=$1; shift
  exec -a "$name" "$program" "$@"
fi

# A snapshot: the file beside it is renewed for as long as the command runs.
if [ -n "${POOLWRIGHT_TOKEN_FILE:-}" ]; then
  AZ_BATCH_AUTHENTICATION_TOKEN=$("$BB" cat "$POOLWRIGHT_TOKEN_FILE") && export AZ_BATCH_AUTHENTICATION_TOKEN
  unset POOLWRIGHT_TOKEN_FILE
fi

umask 0022
now() { echo | "$BB" ts %.s | "$BB" sed 's/\(\.[0-9][0-9][0-9]\).*/\1/'; }

# Whoever holds the other end of this pipe learns of our end from the kernel, whatever ends us.
[ -p "$RUN/alive" ] || { "$BB" mkfifo -m 666 "$RUN/alive"; }
exec 9<>"$RUN/alive"
: >"$RUN/started"
started=$(now)
printf '%s\n' "$started" >"$RUN/times"

finish() {
  # The node removes the task's directory once this time has come; a hidden file, which patterns of outputs pass over.
  case ${POOLWRIGHT_RETENTION_SECONDS:-} in
    ''|*[!0-9]*) ;;
    *) printf '%s\n' "$(($("$BB" date +%s) + POOLWRIGHT_RETENTION_SECONDS))" 2>/dev/null >"$AZ_BATCH_TASK_DIR/.expires" ;;
  esac
  printf '%s %s\n' "$started" "$(now)" >"$RUN/times"
  printf '%s\n' "$1" >"$RUN/exit.new" && "$BB" mv "$RUN/exit.new" "$RUN/exit"
  exit "$1"
}
refuse() { # exit-code code message
  report UserError "$2" "$3"
  finish "$1"
}

[ $# -gt 0 ] || refuse 127 CommandProgramNotFound 'The command is empty; give at least the name of a program.'
DIR=$AZ_BATCH_TASK_DIR
problem=$(cd "$AZ_BATCH_TASK_WORKING_DIR" 2>&1) || refuse 126 CommandLaunchFailed \
  "The working directory $AZ_BATCH_TASK_WORKING_DIR cannot be entered by user $("$BB" id -u): ${problem##*: }. Let the image run as a user of the pod's fsGroup."
cd "$AZ_BATCH_TASK_WORKING_DIR"
umask 0002
for file in stdout.txt stderr.txt; do
  problem=$( { true >"$DIR/$file"; } 2>&1) || refuse 126 "$(code_for "$problem" CommandLaunchFailed)" "The task's directory cannot be written by user $("$BB" id -u): ${problem##*: }"
done

# The program is looked up beforehand, along the image's own PATH, never among busybox's applets.
locate() {
  found= refused=
  case $1 in
    */*) set -- "$1" "$1" ;;
    *)
      wanted=$1 rest=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:
      set -- "$wanted"
      while [ -n "$rest" ]; do
        entry=${rest%%:*} rest=${rest#*:}
        set -- "$@" "${entry:-.}/$wanted"
      done ;;
  esac
  wanted=$1; shift
  [ -n "$wanted" ] || return 0
  for candidate; do
    [ -e "$candidate" ] || continue
    if [ -f "$candidate" ] && [ -x "$candidate" ]; then found=$candidate; return; fi
    refused=${refused:-$candidate}
  done
}
locate "$1"
if [ -z "$found" ] && [ -n "$refused" ]; then
  [ -d "$refused" ] && refuse 126 CommandLaunchFailed "\"$refused\" is a directory; name a program."
  refuse 126 CommandLaunchFailed "\"$refused\" is not executable for user $("$BB" id -u); give the file the mode 0755 (fileMode of a resource file)."
fi
if [ -z "$found" ]; then
  case $1 in
    */*) refuse 127 CommandProgramNotFound "\"$1\" does not exist in the image or in the working directory; check its path." ;;
    *) refuse 127 CommandProgramNotFound "\"$1\" was not found in the image's PATH; check its name, or use an image that has it (PATH is ${PATH:-unset})." ;;
  esac
fi
# A shell that is handed a program it cannot execute reads it as a script; so what it will be is looked at first.
foreign=
processor() { "$BB" head -c 20 "$1" 2>/dev/null | "$BB" od -An -tx1 | "$BB" tr -d ' \n' | "$BB" sed 's/^\(........\).*\(....\)$/\1\2/'; }
if [ -r "$found" ]; then
  theirs=$(processor "$found")
  case $theirs in
    7f454c46*) [ "$theirs" = "$(processor "$BB")" ] || foreign=1 ;;
    2321*)
      interpreter=$("$BB" head -n 1 "$found" | "$BB" sed 's/^#![ \t]*//; s/[ \t].*//')
      [ -e "$interpreter" ] || refuse 126 CommandLaunchFailed \
        "\"$found\" is a script for \"$interpreter\", which is not in the image (a Windows line end after the name has the same effect)." ;;
  esac
fi

"$BB" rm -f "$RUN/out" "$RUN/err" "$RUN/expired" "$RUN/not-launched"
"$BB" mkfifo -m 600 "$RUN/out" "$RUN/err"
# The writers outlive a TERM: what the command says while it ends must still be kept.
(trap '' TERM INT HUP; exec "$BB" tee "$DIR/stdout.txt" <"$RUN/out" 2>"$RUN/out.problem" 9>&-) & out=$!
(trap '' TERM INT HUP; exec "$BB" tee "$DIR/stderr.txt" <"$RUN/err" >&2 2>"$RUN/err.problem" 9>&-) & err=$!

child= terminated= interrupted=
forward() { [ -z "$child" ] || "$BB" kill -TERM "-$child" 2>/dev/null || "$BB" kill -TERM "$child" 2>/dev/null; }
trap 'terminated=1 interrupted=1; forward' TERM INT
POOLWRIGHT_LAUNCH=$RUN "$BB" setsid "$BB" sh "$RUN/runner.sh" "$found" 0002 "$@" >"$RUN/out" 2>"$RUN/err" 9>&- & child=$!
[ -z "$terminated" ] || forward

watchdog=
if [ -n "${POOLWRIGHT_MAX_WALL_CLOCK_SECONDS:-}" ]; then
  "$BB" setsid "$BB" sh -c '
    "$1" sleep "$2"; : >"$3"; "$1" kill -TERM "-$4" 2>/dev/null
    n=0; while [ $n -lt 100 ] && "$1" kill -0 "-$4" 2>/dev/null; do "$1" usleep 100000; n=$((n + 1)); done
    "$1" kill -KILL "-$4" 2>/dev/null' watchdog "$BB" "$POOLWRIGHT_MAX_WALL_CLOCK_SECONDS" "$RUN/expired" "$child" \
    </dev/null >/dev/null 2>&1 9>&- & watchdog=$!
fi

while :; do
  interrupted=
  wait "$child"; code=$?
  [ -n "$interrupted" ] || break
done
if [ -n "$watchdog" ]; then
  # What ignores the first signal still has its ten seconds, also when its parent is gone already.
  if [ -e "$RUN/expired" ]; then wait "$watchdog"; else "$BB" kill -KILL "-$watchdog" 2>/dev/null; fi
fi
# The task ends with its command: processes left behind would hold the output open for ever.
"$BB" kill -KILL "-$child" 2>/dev/null
# In a container of our own that includes those that fled into a session of theirs.
if [ $$ -eq 1 ]; then
  for process in /proc/[0-9]*; do
    case ${process#/proc/} in 1|"$out"|"$err") ;; *) "$BB" kill -KILL "${process#/proc/}" 2>/dev/null ;; esac
  done
fi
# Waits for a writer for as long as it still gets something written.
drain() { # pid file
  idle=0 size=
  while [ "$idle" -lt 750 ]; do
    # A writer that has ended stays visible until it is waited for.
    case $("$BB" cut -d ' ' -f 3 "/proc/$1/stat" 2>/dev/null) in Z|'') break ;; esac
    "$BB" usleep 20000
    before=$size size=$("$BB" stat -c %s "$2" 2>/dev/null)
    if [ "$size" = "$before" ]; then idle=$((idle + 1)); else idle=0; fi
  done
  [ "$idle" -lt 750 ] || "$BB" kill -KILL "$1" 2>/dev/null
  wait "$1"
}
trap '' TERM INT
lost=
drain "$out" "$DIR/stdout.txt" || lost=$("$BB" cat "$RUN/out.problem" 2>/dev/null)
drain "$err" "$DIR/stderr.txt" || lost=$lost$("$BB" cat "$RUN/err.problem" 2>/dev/null)

if [ -e "$RUN/expired" ]; then
  refuse 124 MaxWallClockTimeExpiry "The command ran longer than maxWallClockTime ($POOLWRIGHT_MAX_WALL_CLOCK_SECONDS s) and was ended; raise constraints.maxWallClockTime if it needs longer."
fi
[ -z "$terminated" ] || finish 143
if [ -e "$RUN/not-launched" ]; then
  refuse 126 CommandLaunchFailed "\"$found\" could not be executed: its loader or interpreter is missing in the image, or it is not a program for this machine."
fi
case $foreign$code in
  12|1126|1127) refuse 126 CommandLaunchFailed "\"$found\" seems to be a program for another processor architecture; use an image or a file built for this node." ;;
esac
# busybox says no more than "I/O error"; with a regular file that is a disk or a quota that is full.
case $lost in
  *"$DIR"/std*)
    [ "$code" -ne 0 ] || code=1
    refuse "$code" DiskFull "The node's directory is full: stdout.txt or stderr.txt could not be written whole. Free space in it or give the pool a larger node directory." ;;
esac
finish "$code"
