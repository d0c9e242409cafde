# Sourced by the other scripts. Writes the container's termination message.
pw_bb=${pw_bb:-$BB} pw_log=${POOLWRIGHT_TERMINATION_LOG:-/dev/termination-log}

# Text that is safe inside a JSON string: printable ASCII only, because bytes of unknown encoding would make the whole message unreadable.
json_text() { printf '%s' "$1" | "$pw_bb" tr '\n\t' '  ' | "$pw_bb" tr -c '\040-\176' '?' | "$pw_bb" head -c 700 | "$pw_bb" sed 's/[\\"]/\\&/g'; }

# report category code message [phase]
report() {
  printf '%s: %s\n' "$2" "$3" >&2
  printf '{"category":"%s","code":"%s","message":"%s"%s}' "$1" "$2" "$(json_text "$3")" "${4:+,\"phase\":\"$4\"}" 2>/dev/null >"$pw_log" || true
}

# The name of the failure that an error text of the system means, or else the one given.
code_for() {
  case $1 in *'No space left'*|*'quota exceeded'*) echo DiskFull ;; *) echo "$2" ;; esac
}
