# Names, places and small words shared by all parts of dev/cluster. Sourced, never run.
# shellcheck disable=SC2034 # the other parts use them

KUBE_VERSION=$(sed -n 's/^\tk8s.io\/kubernetes v//p' "$HERE/kube/go.mod")
DIR=${POOLWRIGHT_CLUSTER_DIR:-/var/lib/poolwright-cluster}
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/poolwright/cluster

NODE=node-1
BRIDGE=poolwright0
ADDRESS=10.88.0.1
POD_CIDR=10.88.0.0/16
SERVICE_CIDR=10.96.0.0/16
KUBERNETES_SERVICE=10.96.0.1
DNS_SERVICE=10.96.0.10
API_URL=https://$ADDRESS:6443
ETCD_URL=http://127.0.0.1:12379
PAUSE_IMAGE=localhost/poolwright/pause:1
BUSYBOX_IMAGE=docker.io/library/busybox:poolwright
CURL_IMAGE=docker.io/library/curl:poolwright
FAKE_CIDR=10.89.0.1/16

PKI=$DIR/pki
CONF=$DIR/conf
LOGS=$DIR/logs
RUN=$DIR/run
KUBECONFIG_ADMIN=$CONF/admin.kubeconfig
CONTAINERD_SOCKET=$RUN/containerd/containerd.sock
AUDIT_LOG=$LOGS/audit.log

say() { printf '%s\n' "$*" >&2; }
fail() {
	say "dev/cluster: $*"
	exit 1
}
need_root() { [ "$(id -u)" = 0 ] || fail "this needs root: it starts containers and changes the network"; }

# wait_for WHAT SECONDS COMMAND...: until the command succeeds; WHAT is for the reader and for must's message.
wait_for() {
	local seconds=$2 deadline
	shift 2
	deadline=$((SECONDS + seconds))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.1
	done
}
must() {
	wait_for "$@" || fail "$1: not within $2 s; see the logs in $LOGS"
}

# Only one up, down or nodes at a time. Children do not inherit the lock (9>&- where they are started).
lock_cluster() {
	mkdir -p /run/lock
	exec 9>/run/lock/poolwright-cluster.lock
	flock -n 9 || { say "waiting for another dev/cluster to end ..."; flock 9; }
}

kubectl() { "$KUBE" kubectl --kubeconfig "$KUBECONFIG_ADMIN" "$@"; }
ctr() { CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS=1 "$CONTAINERD_DIR/ctr" -a "$CONTAINERD_SOCKET" -n k8s.io "$@"; }
