# up, down and status: the order of things.

up() {
	local began=$SECONDS
	need_root
	lock_cluster
	mkdir -p "$LOGS" "$CONF"
	install_packages
	build_kube
	build_tools
	build_containerd
	forget_stale_state
	mkdir -p "$RUN/pids" "$LOGS" "$CONF" "$PKI"
	raise_limits
	make_pki
	make_network
	start_etcd
	start_apiserver
	start_containerd
	import_base_images
	must "the API server" 60 api_ready
	start_controllers
	start_kubelet
	start_proxy
	must "the add-ons' objects" 30 apply_addons
	start_dns
	start_storage
	[ ! -e "$CONF/kwok.yaml" ] || [ -z "$(fake_names)" ] || start_kwok
	must "node $NODE" 90 node_ready
	must "cluster DNS" 60 dns_ready
	must "the default namespace's service account" 30 kubectl get serviceaccount default
	say "The cluster is up after $((SECONDS - began)) s: Kubernetes $KUBE_VERSION, node $NODE, DNS, storage class local-path."
	say "next:  export KUBECONFIG=$KUBECONFIG_ADMIN"
	say "       dev/cluster load IMAGE.tar | kubectl ... | nodes N | status | down"
}

# A reboot leaves sockets, pids and mounts that mean nothing; a removed state directory leaves processes without one.
forget_stale_state() {
	local boot file other
	boot=$(cat /proc/sys/kernel/random/boot_id)
	for file in /proc/[0-9]*/environ; do
		other=$(grep -zao '^POOLWRIGHT_CLUSTER_PROCESS=.*' "$file" 2>/dev/null | tr -d '\0') || continue
		[ "$other" = "POOLWRIGHT_CLUSTER_PROCESS=$DIR" ] || fail "another cluster runs from ${other#*=}; take it down first"
	done
	if [ ! -d "$RUN/pids" ] && ! none_marked; then
		say "taking down what is left of a cluster whose directory is gone ..."
		take_down
		mkdir -p "$LOGS" "$CONF"
	fi
	if [ -e "$DIR/boot-id" ] && [ "$(cat "$DIR/boot-id")" != "$boot" ]; then
		rm -rf "$RUN"
	fi
	echo "$boot" >"$DIR/boot-id"
}

# As far as the machine lets us: with less, small clusters still run.
raise_limits() {
	ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
	local setting
	for setting in fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=1048576; do
		[ "$(sysctl -n "${setting%=*}" 2>/dev/null || echo 0)" -ge "${setting#*=}" ] || sysctl -qw "$setting" 2>/dev/null || true
	done
}

down() {
	need_root
	lock_cluster
	take_down
	say "The cluster is down and $DIR removed (programs stay cached in $CACHE)."
}

take_down() {
	local name sockets
	# The kubelet first, or it would start again what is being stopped; etcd last.
	for name in kubelet kube-router kwok local-path-provisioner; do stop "$name" 5; done
	# Before their bundles go, which tell of them.
	sockets=$(shim_sockets)
	kill_containers
	# One that ends between the listing and the signal is no failure.
	wait_for "containers" 15 no_containers || container_processes | xargs -r kill -KILL 2>/dev/null || true
	stop containerd
	for name in kube-proxy coredns kube-scheduler kube-controller-manager; do stop "$name" 3; done
	stop kube-apiserver 15
	stop etcd 10
	sweep
	xargs -r rm -f <<<"$sockets"
	unmount_all
	remove_network
	remove_cgroups
	# The directory is there only where a kubelet ran.
	find /var/log/containers -lname "$DIR/*" -delete 2>/dev/null || true
	rm -rf --one-file-system "$DIR"
}

no_containers() { [ -z "$(container_processes)" ]; }

# Shims keep their sockets outside our directory.
shim_sockets() {
	sed -n 's|.*"address":"unix://\(/run/containerd/s/[^"]*\)".*|\1|p' \
		"$RUN"/containerd/io.containerd.runtime.v2.task/k8s.io/*/bootstrap.json 2>/dev/null
}

unmount_all() {
	local round mount
	for round in 1 2 3; do
		awk -v dir="$DIR/" 'index($2, dir) == 1 {print $2}' /proc/mounts | sed 's/\\040/ /g' | sort -r | while read -r mount; do
			# What is still in use is tried again in the next round, and let go of in the last.
			umount "$mount" 2>/dev/null || { [ "$round" = 3 ] && umount -l "$mount"; } || true
		done
	done
}

# Only empty groups can be removed, so another kubelet's pods are safe.
remove_cgroups() {
	find /sys/fs/cgroup -maxdepth 2 -type d -name kubepods 2>/dev/null | while read -r group; do
		# rmdir refuses groups that are not empty, which is what is wanted.
		find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
	done
}

status() {
	local name pid all=0
	printf '%-26s %s\n' PROCESS PID
	for name in etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy coredns local-path-provisioner kube-router kwok; do
		if pid=$(running "$name"); then
			printf '%-26s %s\n' "$name" "$pid"
		else
			printf '%-26s %s\n' "$name" "-"
			case $name in kube-router | kwok) ;; *) all=1 ;; esac
		fi
	done
	echo
	printf '%-12s %s\n' kubernetes "$KUBE_VERSION" etcd "$(sed -n 's/^\tgo.etcd.io\/etcd\/server\/v3 //p' "$HERE/kube/go.mod" | head -1)" \
		helm "$(version_of helm.sh/helm/v3)" kwok "$(version_of sigs.k8s.io/kwok)" kube-router "$(version_of github.com/cloudnativelabs/kube-router/v2)" coredns "$(version_of github.com/coredns/coredns)" \
		local-path "$(version_of github.com/rancher/local-path-provisioner)" containerd "$(version_of github.com/containerd/containerd/v2 containerd)" \
		state "$DIR" kubeconfig "$KUBECONFIG_ADMIN" "audit log" "$AUDIT_LOG" logs "$LOGS" programs "$KUBE_DIR" containerd: "$CONTAINERD_SOCKET"
	echo
	if running kube-apiserver >/dev/null; then
		kubectl get nodes -l 'type!=kwok' -o wide --request-timeout=5s || all=1
		printf 'fake nodes: %s\n' "$(fake_names | wc -l)"
	fi
	return "$all"
}
