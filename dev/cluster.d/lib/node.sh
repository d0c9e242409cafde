# The one real node: containerd, kubelet, kube-proxy.

start_containerd() {
	cat >"$CONF/containerd.toml" <<END
version = 3
root = "$DIR/containerd"
state = "$RUN/containerd"
oom_score = 0
# It would listen in a place that all containerds of a machine share.
disabled_plugins = ["io.containerd.nri.v1.nri"]
[grpc]
  address = "$CONTAINERD_SOCKET"
[ttrpc]
  address = "$CONTAINERD_SOCKET.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "$DIR/containerd/opt"
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  max_concurrent_downloads = 1
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "$PAUSE_IMAGE"
[plugins."io.containerd.cri.v1.runtime"]
  # Without CAP_SYS_RESOURCE (as in many sandboxes) no sandbox could lower its score.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    # Looked for on the PATH first, where a distribution's would be of another version.
    runtime_path = "$CONTAINERD_DIR/containerd-shim-runc-v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["$(cni_bin)"]
    conf_dir = "$CONF/cni"
END
	start containerd "$CONTAINERD_DIR/containerd" --config "$CONF/containerd.toml"
	must "containerd" 20 ctr version
}

start_kubelet() {
	cat >"$CONF/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $ADDRESS
readOnlyPort: 0
healthzBindAddress: 127.0.0.1
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $PKI/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $PKI/kubelet.crt
tlsPrivateKeyFile: $PKI/kubelet.key
containerRuntimeEndpoint: unix://$CONTAINERD_SOCKET
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
clusterDNS: [$DNS_SERVICE]
clusterDomain: cluster.local
maxPods: 250
podLogsDir: $DIR/pod-logs
volumePluginDir: $DIR/kubelet/volume-plugins
serializeImagePulls: false
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}
kubeAPIQPS: 500
kubeAPIBurst: 1000
eventRecordQPS: 0
END
	start kubelet "$KUBE" kubelet --config "$CONF/kubelet.yaml" --kubeconfig "$CONF/kubelet.kubeconfig" \
		--root-dir "$DIR/kubelet" --hostname-override "$NODE" --node-ip "$ADDRESS"
}

start_proxy() {
	start kube-proxy "$KUBE" kube-proxy --kubeconfig "$CONF/proxy.kubeconfig" --hostname-override "$NODE" \
		--proxy-mode iptables --cluster-cidr "$POD_CIDR" --conntrack-max-per-core 0 --bind-address "$ADDRESS" \
		--metrics-bind-address 127.0.0.1:10249 --healthz-bind-address 127.0.0.1:10256
}

# A node that was ready before its kubelet died still looks so for a while: hence the kubelet's own port first.
node_ready() {
	(exec 3<>/dev/tcp/127.0.0.1/10248) 2>/dev/null || return 1
	kubectl wait --for=condition=Ready "node/$NODE" --timeout=1s
}

# Containers outlive their daemons. They are found by their bundles, and by the cgroup that carries the container's id.
kill_containers() {
	local bundle id pid
	for bundle in "$RUN"/containerd/io.containerd.runtime.v2.task/k8s.io/*/; do
		[ -d "$bundle" ] || continue
		pid=$(cat "$bundle/init.pid" 2>/dev/null) || continue
		id=$(basename "$bundle")
		grep -q "$id" "/proc/$pid/cgroup" 2>/dev/null && kill -KILL "$pid" 2>/dev/null
	done
	true
}

container_processes() {
	local bundle
	for bundle in "$RUN"/containerd/io.containerd.runtime.v2.task/k8s.io/*/; do
		[ -d "$bundle" ] && basename "$bundle"
	done | grep -lFf - /proc/[0-9]*/cgroup 2>/dev/null | cut -d/ -f3
}
