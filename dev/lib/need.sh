# Sourced. need PROGRAM=PACKAGE...: installs the packages of the programs that are not there, where it may (root on Debian).
need() {
  local pair missing=()
  for pair; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing: ${missing[*]}" >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq -o DPkg::Lock::Timeout=60 update </dev/null || return 1
  apt-get -qq -o DPkg::Lock::Timeout=60 install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}
