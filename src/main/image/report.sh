# Sourced by the other scripts. Writes the container's termination message.
LOG=${POOLWRIGHT_TERMINATION_LOG:-/dev/termination-log}

# Text that is safe inside a JSON string: printable ASCII only, because bytes of unknown encoding would make the whole message unreadable.
json_text() { printf '%s' "$1" | "$BB" tr '\n\t' '  ' | "$BB" tr -c '\040-\176' '?' | "$BB" head -c 700 | "$BB" sed 's/[\\"]/\\&/g'; }

# report category code message
report() {
  printf '%s: %s\n' "$2" "$3" >&2
  printf '{"category":"%s","code":"%s","message":"%s"}' "$1" "$2" "$(json_text "$3")" 2>/dev/null >"$LOG" || true
}

# The name of the failure that an error text of the system means, or else the one given.
code_for() {
  case $1 in *'No space left'*|*'quota exceeded'*) echo DiskFull ;; *) echo "$2" ;; esac
}
