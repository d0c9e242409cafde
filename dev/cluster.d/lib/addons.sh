# Cluster DNS and a storage class; both programs run beside the control plane, not in pods, so that nothing needs an image.

fill() {
	sed -e "s|@ADDRESS@|$ADDRESS|g; s|@DNS_SERVICE@|$DNS_SERVICE|g; s|@VOLUMES@|$DIR/volumes|g; s|@BUSYBOX_IMAGE@|$BUSYBOX_IMAGE|g" \
		-e "s|@KUBECONFIG@|$CONF/dns.kubeconfig|g; s|@FAKE_CIDR@|$FAKE_CIDR|g" "$HERE/manifests/$1"
}

start_dns() {
	fill Corefile >"$CONF/Corefile"
	if grep -q '^nameserver' /etc/resolv.conf 2>/dev/null; then
		sed -i 's|# forward|forward|' "$CONF/Corefile"
	fi
	start coredns "$TOOLS_DIR/coredns" -conf "$CONF/Corefile"
}

start_storage() {
	fill local-path.json >"$CONF/local-path.json"
	fill helper-pod.yaml >"$CONF/helper-pod.yaml"
	mkdir -p "$DIR/volumes"
	start local-path-provisioner "$TOOLS_DIR/local-path-provisioner" start --kubeconfig "$CONF/local-path.kubeconfig" \
		--config "$CONF/local-path.json" --helper-pod-file "$CONF/helper-pod.yaml" --helper-image "$BUSYBOX_IMAGE" \
		--namespace local-path-storage --service-account-name local-path-provisioner-service-account \
		--configmap-name local-path-config --worker-threads 8
}

apply_addons() {
	fill addons.yaml | kubectl apply --server-side --force-conflicts -f - >"$LOGS/addons.log" 2>&1
}

dns_ready() {
	"$(static_busybox)" nslookup kubernetes.default.svc.cluster.local "$DNS_SERVICE"
}
