# Sourced by dev/verify: the image of the one story that needs Open MPI, made while everything else is built and tested.
# It comes from Debian's mirror. Whatever is wrong with that is told in one line, and that story is passed over; nothing else fails.
mpi_make=dev/mpi-image mpi_patience=1200 mpi_tar= mpi_pid=

mpi_begin() { # build
  mpi_tar=$1/mpi.tar
  mkdir -p "$1"
  rm -f "$mpi_tar"
  # timeout has a process group of its own, and ends all of it.
  timeout --kill-after=30 "$mpi_patience" nice "$mpi_make" "$mpi_tar" </dev/null >"$1/mpi-image.out" 2>&1 &
  mpi_pid=$!
}

# mpi_load LOAD...: hands the archive to this command, or says why there is none.
mpi_load() {
  local code=0 why
  wait "$mpi_pid" || code=$?
  mpi_pid=
  if [ "$code" = 0 ] && [ -s "$mpi_tar" ]; then
    "$@" "$mpi_tar" && return
    why="it could not be loaded"
  elif [ "$code" = 124 ] || [ "$code" = 137 ]; then
    why="it was not done within $mpi_patience s"
  else
    why=$(tail -n 1 "${mpi_tar%/*}/mpi-image.out" 2>/dev/null) || true
  fi
  echo "NO IMAGE WITH OPEN MPI, so its story is skipped: ${why:-$mpi_make ended with code $code}"
}

# When dev/verify ends sooner.
mpi_end() {
  [ -n "$mpi_pid" ] || return 0
  kill "$mpi_pid" 2>/dev/null || true
  wait "$mpi_pid" 2>/dev/null || true
  mpi_pid=
}
