# One bridge with an address on the machine is the whole network: pods hang on it, the control plane listens on it.

make_network() {
	sysctl -qw net.ipv4.ip_forward=1
	# Replies between two pods on one bridge must pass the address translation that their request passed.
	# Where neither the module nor the setting is there, bridges do not filter, and there is nothing to pass.
	modprobe br_netfilter 2>/dev/null || true
	sysctl -qw net.bridge.bridge-nf-call-iptables=1 2>/dev/null || true
	ip link show "$BRIDGE" >/dev/null 2>&1 || ip link add "$BRIDGE" type bridge
	ip addr replace "$ADDRESS/${POD_CIDR#*/}" dev "$BRIDGE"
	ip link set "$BRIDGE" up
	mkdir -p "$CONF/cni"
	cat >"$CONF/cni/10-poolwright.conflist" <<END
{"cniVersion": "0.4.0", "name": "poolwright", "plugins": [
  {"type": "bridge", "bridge": "$BRIDGE", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$RUN/cni", "routes": [{"dst": "0.0.0.0/0"}],
            "ranges": [[{"subnet": "$POD_CIDR", "rangeStart": "10.88.1.1", "rangeEnd": "10.88.254.254", "gateway": "$ADDRESS"}]]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}
]}
END
}

# set_policies on|off: whether NetworkPolicies are enforced. Not by itself, since it costs some work for each pod that comes and goes.
set_policies() {
	[ "$(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null)" = 1 ] ||
		fail "policies: this kernel does not filter what passes a bridge (br_netfilter)"
	running kube-apiserver >/dev/null || fail "no cluster runs here; start it with: dev/cluster up"
	case $1 in
	on)
		start kube-router "$TOOLS_DIR/kube-router" --kubeconfig "$CONF/kube-router.kubeconfig" --hostname-override "$NODE" \
			--service-cluster-ip-range "$SERVICE_CIDR"
		must "enforcement of NetworkPolicies" 30 policies_enforced
		;;
	off)
		stop kube-router
		remove_rules 'KUBE-ROUTER\|KUBE-POD-FW\|KUBE-NWPLCY'
		remove_sets
		;;
	*) fail "policies: on or off?" ;;
	esac
}

policies_enforced() { iptables -S FORWARD | grep -q KUBE-ROUTER-FORWARD; }

remove_sets() {
	local set
	for set in $(ipset list -n 2>/dev/null | grep '^KUBE-\(SRC\|DST\)-'); do
		ipset destroy "$set" || say "ipset $set is left over"
	done
}

# Everything that a kube-proxy, a kubelet and CNI plugins wrote, told by its names; other rules stay.
remove_network() {
	local link
	remove_rules 'KUBE-\|CNI-'
	remove_sets
	for link in $(ip -o link show master "$BRIDGE" 2>/dev/null | awk -F'[:@ ]+' '{print $2}'); do
		ip link del "$link" 2>/dev/null || true
	done
	ip link del "$BRIDGE" 2>/dev/null || true
	rm -f /var/lib/cni/results/poolwright-* /var/lib/cni/results/cni-loopback-*
}

remove_rules() {
	local tool table
	for tool in iptables ip6tables; do
		for table in nat filter mangle raw; do
			# Not grep -q: it would go before all is written to it, which counts as a failure.
			"$tool-save" -t "$table" 2>/dev/null | grep "$1" >/dev/null || continue
			"$tool-save" -t "$table" | grep -v "$1" | "$tool-restore" -T "$table" 2>/dev/null ||
				say "rules of table $table ($tool) are left over"
		done
	done
}
