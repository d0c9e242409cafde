# Long-running processes: started detached, found again by a pid file that also holds the process's start time
# (a pid alone may belong to a stranger after a crash), and all marked in their environment for the last sweep.

start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# running NAME: prints the pid if that process is alive and ours.
running() {
	local pid since
	read -r pid since 2>/dev/null <"$RUN/pids/$1" || return 1
	[ -n "$since" ] && [ "$(start_time "$pid")" = "$since" ] || return 1
	[ "$(sed 's/.*) //' "/proc/$pid/stat" | cut -c1)" != Z ] || return 1
	echo "$pid"
}

# start NAME COMMAND...: nothing if it runs already.
start() {
	local name=$1 pid
	shift
	running "$name" >/dev/null && return
	mkdir -p "$RUN/pids" "$LOGS"
	printf -- '---- start %s\n' "$(date -Is)" >>"$LOGS/$name.log"
	# The shell hands its pid to the program, so the pid written is the program's own.
	env -u HTTP_PROXY -u HTTPS_PROXY -u http_proxy -u https_proxy -u ALL_PROXY -u all_proxy \
		POOLWRIGHT_CLUSTER_PROCESS="$DIR" \
		setsid bash -c 'echo "$$ $(sed "s/.*) //" /proc/$$/stat | cut -d" " -f20)" >"$1"; shift; exec "$@"' \
		start "$RUN/pids/$name" "$@" </dev/null >>"$LOGS/$name.log" 2>&1 8>&- 9>&- &
	pid=$!
	disown "$pid" 2>/dev/null || true
	wait_for "$name" 5 test -s "$RUN/pids/$name" || fail "$name did not start"
}

gone() { ! running "$1" >/dev/null; }

# stop NAME [SECONDS]: asks, waits, insists.
stop() {
	local name=$1 seconds=${2:-10} pid
	if pid=$(running "$name"); then
		kill -TERM "$pid" 2>/dev/null || true
		wait_for "$name" "$seconds" gone "$name" || {
			kill -KILL "$pid" 2>/dev/null || true
			wait_for "$name" 5 gone "$name" || say "process $pid ($name) does not go away"
		}
	fi
	rm -f "$RUN/pids/$name"
}

# Every process that carries our mark, even when its pid file is lost: shims, or daemons whose directory was removed by hand.
marked() {
	local file pid
	for file in /proc/[0-9]*/environ; do
		grep -qzxF "POOLWRIGHT_CLUSTER_PROCESS=$DIR" "$file" 2>/dev/null || continue
		pid=${file#/proc/}
		echo "${pid%/environ}"
	done
}

# Their children too: a container whose bundle was removed by hand is only known to its shim.
children_of() {
	awk -v parents=" $(echo "$1" | tr '\n' ' ') " '{pid = $1; sub(/.*\) /, ""); if (index(parents, " " $2 " ")) print pid}' \
		/proc/[0-9]*/stat 2>/dev/null
}

sweep() {
	local pids
	pids=$(marked)
	[ -z "$pids" ] && return
	pids="$pids $(children_of "$pids")"
	# shellcheck disable=SC2086
	kill -KILL $pids 2>/dev/null || true
	wait_for "the last processes" 10 none_marked || say "still there: $(marked | tr '\n' ' ')"
}
none_marked() { [ -z "$(marked)" ]; }
