# Sourced by the runner, and by what it runs on the nodes of a multi-instance task; these have refuse().
# The program is looked up beforehand, along the image's own PATH, never among busybox's applets.
locate() {
  pw_found= pw_refused=
  case $1 in
    */*) set -- "$1" "$1" ;;
    *)
      pw_wanted=$1 pw_rest=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}:
      set -- "$pw_wanted"
      while [ -n "$pw_rest" ]; do
        pw_entry=${pw_rest%%:*} pw_rest=${pw_rest#*:}
        set -- "$@" "${pw_entry:-.}/$pw_wanted"
      done ;;
  esac
  pw_wanted=$1; shift
  [ -n "$pw_wanted" ] || return 0
  for pw_candidate; do
    [ -e "$pw_candidate" ] || continue
    if [ -f "$pw_candidate" ] && [ -x "$pw_candidate" ]; then pw_found=$pw_candidate; return; fi
    pw_refused=${pw_refused:-$pw_candidate}
  done
}
processor() { "$pw_bb" head -c 20 "$1" 2>/dev/null | "$pw_bb" od -An -tx1 | "$pw_bb" tr -d ' \n' | "$pw_bb" sed 's/^\(........\).*\(....\)$/\1\2/'; }

# find_program NAME: pw_found is the program; what cannot be run is refused with a sentence.
find_program() {
  locate "$1"
  if [ -z "$pw_found" ] && [ -n "$pw_refused" ]; then
    [ -d "$pw_refused" ] && refuse 126 CommandLaunchFailed "\"$pw_refused\" is a directory; name a program."
    refuse 126 CommandLaunchFailed "\"$pw_refused\" is not executable for user $("$pw_bb" id -u); give the file the mode 0755 (fileMode of a resource file)."
  fi
  if [ -z "$pw_found" ]; then
    case $1 in
      */*) refuse 127 CommandProgramNotFound "\"$1\" does not exist in the image or in the working directory; check its path." ;;
      *) refuse 127 CommandProgramNotFound "\"$1\" was not found in the image's PATH; check its name, or use an image that has it (PATH is ${PATH:-unset})." ;;
    esac
  fi
  # A shell that is handed a program it cannot execute reads it as a script; so what it will be is looked at first.
  pw_foreign=
  if [ -r "$pw_found" ]; then
    pw_theirs=$(processor "$pw_found")
    case $pw_theirs in
      7f454c46*) [ "$pw_theirs" = "$(processor "$pw_bb")" ] || pw_foreign=1 ;;
      2321*)
        pw_interpreter=$("$pw_bb" head -n 1 "$pw_found" | "$pw_bb" sed 's/^#![ \t]*//; s/[ \t].*//')
        [ -e "$pw_interpreter" ] || refuse 126 CommandLaunchFailed \
          "\"$pw_found\" is a script for \"$pw_interpreter\", which is not in the image (a Windows line end after the name has the same effect)." ;;
    esac
  fi
}
