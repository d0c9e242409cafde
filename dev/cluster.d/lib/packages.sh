# What the node needs of the distribution: installed only where missing.

install_packages() {
	local missing=() pair
	for pair in runc:runc iptables:iptables conntrack:conntrack ipset:ipset busybox:busybox-static \
		ip:iproute2 openssl:openssl mount:mount; do
		command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
	done
	[ -x /usr/lib/cni/bridge ] || [ -x /opt/cni/bin/bridge ] || missing+=(containernetworking-plugins)
	[ -n "$(static_busybox)" ] || missing+=(busybox-static)
	[ ${#missing[@]} -eq 0 ] && return
	command -v apt-get >/dev/null || fail "missing: ${missing[*]} (only Debian's packages are installed automatically)"
	say "installing ${missing[*]} ..."
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get -qq update && apt-get -qq install -y --no-install-recommends "${missing[@]}"; } >"$LOGS/packages.log" 2>&1 9>&- ||
		fail "the packages could not be installed; see $LOGS/packages.log"
}

cni_bin() { if [ -x /usr/lib/cni/bridge ]; then echo /usr/lib/cni; else echo /opt/cni/bin; fi; }

static_busybox() {
	local file
	for file in /bin/busybox /usr/bin/busybox; do
		[ -x "$file" ] || continue
		# A dynamic one names its loader in the first page.
		head -c 4096 "$file" | grep -qa 'ld-linux\|ld-musl' && continue
		echo "$file"
		return
	done
}
