# What the runner runs on each node of a multi-instance task: gang.sh COUNT COORDINATION... COMMAND...
# The coordination command, COUNT words, runs everywhere; the task's on the primary, subtask 0, once that one has succeeded everywhere.
# Members find each other through the primary: each says its address there, and later that its coordination command has returned.
pw_run=${0%/*}
pw_bb=$pw_run/busybox
pw_port=26000
. "$pw_run/report.sh"

# One question to the primary and its answer: standard input and output are the connection. Files in $pw_run/gang are all that is known.
if [ "${1:-}" = answer ]; then
  cd "$pw_run/gang" || exit 1
  read -r pw_what pw_for pw_who pw_where || exit 0
  case $pw_who in ''|*[!0-9]*) exit 0 ;; esac
  case $pw_where in ''|*[!0-9a-fA-F.:]*) exit 0 ;; esac
  [ "$pw_for" = "$2" ] || exit 0
  case $pw_what in
    here)
      printf '%s\n' "$pw_where" >"new.$pw_who.$$" && "$pw_bb" mv "new.$pw_who.$$" "here.$pw_who"
      [ ! -e list ] || "$pw_bb" cat list ;;
    done) : >"done.$pw_who" && echo noted ;;
  esac
  exit 0
fi

read -r pw_who pw_many pw_attempt pw_cores <<END
$POOLWRIGHT_GANG
END
pw_primary=$POOLWRIGHT_GANG_PRIMARY pw_address=$POOLWRIGHT_GANG_ADDRESS
unset POOLWRIGHT_GANG POOLWRIGHT_GANG_PRIMARY POOLWRIGHT_GANG_ADDRESS

refuse() { # exit-code code message
  report UserError "$2" "$3"
  exit "$1"
}
. "$pw_run/program.sh"
say() { printf 'poolwright: %s\n' "$1" >&2; }
# What takes long is told once, in stderr.txt.
pw_turns=0
patience() { # what is waited for
  pw_turns=$((pw_turns + 1))
  [ "$pw_turns" -ne 100 ] || say "$1"
  "$pw_bb" usleep 100000
}
ask() { # here | done
  printf '%s %s %s %s\n' "$1" "$pw_attempt" "$pw_who" "$pw_address" |
    "$pw_bb" timeout 10 "$pw_bb" nc -w 5 "$pw_primary" "$pw_port" 2>/dev/null
}
# The subtasks without a file of this kind.
missing() { # kind
  pw_missing= pw_member=1
  while [ "$pw_member" -lt "$pw_many" ]; do
    [ -e "$pw_run/gang/$1.$pw_member" ] || pw_missing="$pw_missing $pw_member"
    pw_member=$((pw_member + 1))
  done
}
# whole WORDS...: whether this is a list with all its words. Of one whose connection has ended too soon the last may be cut, too.
whole() {
  pw_last=
  for pw_last; do :; done
  [ $# -eq $((pw_many + 1)) ] && [ "$pw_last" = end ]
}
# The runner writes these before it says a word.
told_to_stop() { [ -e "$pw_run/stopped" ] || [ -e "$pw_run/expired" ]; }
# launch WORDS...: becomes the command, as the runner launches it.
launch() {
  find_program "$1"
  printf '%s\n' "$pw_found" >"$pw_run/program"
  POOLWRIGHT_LAUNCH=$pw_run exec "$pw_bb" sh "$pw_run/runner.sh" "$pw_found" 0002 "$@"
}

pw_list=
if [ "$pw_who" -eq 0 ]; then
  "$pw_bb" mkdir -p "$pw_run/gang"
  pw_server=
  if [ "$pw_many" -gt 1 ]; then
    "$pw_bb" nc -ll -p "$pw_port" -e "$pw_bb" sh "$0" answer "$pw_attempt" </dev/null >/dev/null & pw_server=$!
  fi
  missing here
  while [ -n "$pw_missing" ]; do
    patience "waits for subtasks$pw_missing to start"
    missing here
  done
  while :; do
    { printf '%s\n' "$pw_address"
      pw_member=1
      while [ "$pw_member" -lt "$pw_many" ]; do "$pw_bb" cat "$pw_run/gang/here.$pw_member"; pw_member=$((pw_member + 1)); done
      echo end
    } >"$pw_run/gang/new.list"
    pw_list=$("$pw_bb" cat "$pw_run/gang/new.list")
    ! whole $pw_list || break
    patience "cannot write the list of the nodes: their disk may be full"
  done
  "$pw_bb" mv "$pw_run/gang/new.list" "$pw_run/gang/list"
else
  while :; do
    pw_list=$(ask here)
    ! whole $pw_list || break
    patience "waits for the primary, $pw_primary, and the other subtasks to start"
  done
fi

pw_hosts= pw_nodes= pw_ccp=$pw_many pw_first=
for pw_host in ${pw_list%end}; do
  pw_first=${pw_first:-$pw_host}
  pw_hosts=${pw_hosts:+$pw_hosts,}$pw_host pw_nodes=${pw_nodes:+$pw_nodes;}$pw_host pw_ccp="$pw_ccp $pw_host $pw_cores"
done
case $pw_first in *:*) pw_first="[$pw_first]" ;; esac
export AZ_BATCH_HOST_LIST="$pw_hosts" AZ_BATCH_NODE_LIST="$pw_nodes" AZ_BATCH_MASTER_NODE="$pw_first:6000" CCP_NODES="$pw_ccp"

pw_words=$1; shift
pw_word=1 pw_coordination=
while [ "$pw_word" -le "$pw_words" ]; do
  pw_coordination="$pw_coordination \"\${$pw_word}\""
  pw_word=$((pw_word + 1))
done
# In a shell of its own, for a refusal must end it and be seen here. Told to stop, it has the time that the runner has, which waits for
# this shell: so this one stays until that one has ended.
trap : TERM INT
(told_to_stop && exit 143; eval "launch $pw_coordination"); pw_code=$?
trap - TERM INT
! told_to_stop || exit "$pw_code"
if [ "$pw_code" -ne 0 ]; then
  [ ! -e "$pw_run/not-launched" ] || refuse 126 CommandLaunchFailed \
    "The coordination command could not be executed: its loader or interpreter is missing in the image, or it is not a program for this machine."
  say "the coordination command ended with code $pw_code"
  exit "$pw_code"
fi
: >"$pw_run/coordinated"
pw_turns=0

if [ "$pw_who" -ne 0 ]; then
  until [ "$(ask done)" = noted ]; do patience "cannot tell the primary, $pw_primary, that the coordination command has returned"; done
  # What the coordination command left behind lives for as long as this does: until the task ends.
  while :; do "$pw_bb" sleep 86400; done
fi
missing done
while [ -n "$pw_missing" ]; do
  patience "waits for the coordination command on subtasks$pw_missing"
  missing done
done
[ -z "$pw_server" ] || "$pw_bb" kill "$pw_server" 2>/dev/null
while [ "$pw_words" -gt 0 ]; do shift; pw_words=$((pw_words - 1)); done
launch "$@"
