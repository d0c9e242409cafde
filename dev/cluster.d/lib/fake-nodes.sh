# Fake nodes, played by kwok, beside the real one: for scale, not for truth.

fake_names() { kubectl get nodes -l type=kwok -o name 2>/dev/null | sed 's|^node/||' | sort -V; }

fake_node() {
	cat <<END
---
apiVersion: v1
kind: Node
metadata:
  name: $1
  labels: {type: kwok, kubernetes.io/hostname: $1, kubernetes.io/os: linux, kubernetes.io/arch: amd64}
  annotations: {kwok.x-k8s.io/node: fake, node.alpha.kubernetes.io/ttl: "0"}
spec:
  taints:
  - {key: kwok.x-k8s.io/node, value: fake, effect: NoSchedule}
END
}

start_kwok() {
	fill kwok.yaml >"$CONF/kwok.yaml"
	start kwok "$TOOLS_DIR/kwok" --config "$CONF/kwok.yaml" --kubeconfig "$CONF/kwok.kubeconfig" --server-address "$ADDRESS:10247" -v WARN
}

set_fake_nodes() {
	local wanted=$1 index names surplus
	[[ $wanted =~ ^[0-9]+$ ]] || fail "nodes: how many? (a number)"
	api_ready >/dev/null 2>&1 || fail "no cluster runs here; start it with: dev/cluster up"
	[ "$wanted" = 0 ] || start_kwok
	names=$(fake_names)
	surplus=$(while read -r name; do
		[ -n "$name" ] && [ "${name#fake-}" -ge "$wanted" ] && echo "$name"
	done <<<"$names")
	if [ -n "$surplus" ]; then
		# kwok must still play while the pods go: nobody else confirms their end.
		delete_pods_on "$surplus"
		delete_nodes "$surplus"
	fi
	for ((index = 0; index < wanted; index++)); do
		grep -qx "fake-$index" <<<"$names" || fake_node "fake-$index"
	done >"$RUN/fake-nodes.yaml"
	[ ! -s "$RUN/fake-nodes.yaml" ] || kubectl create -f "$RUN/fake-nodes.yaml" >/dev/null
	if [ "$wanted" = 0 ]; then
		stop kwok
	else
		must "$wanted fake nodes ready" 180 fake_nodes_ready "$wanted"
	fi
	say "fake nodes: $wanted"
}

fake_nodes_ready() {
	[ "$(kubectl get nodes -l type=kwok --no-headers | awk '$2 == "Ready"' | wc -l)" = "$1" ]
}

# In one request per some hundred: one by one, kubectl allows itself only a few a second.
delete_nodes() {
	xargs -n 200 <<<"$1" | tr ' ' ',' | while read -r names; do
		kubectl delete --raw "/api/v1/nodes?labelSelector=kubernetes.io/hostname%20in%20($names)" </dev/null >/dev/null
	done
}

delete_pods_on() {
	kubectl get pods -A --no-headers -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,NODE:.spec.nodeName |
		awk 'NR==FNR {gone[$1]; next} $3 in gone {print $1, $2}' <(printf '%s\n' "$1") - |
		while read -r namespace pod; do
			# Its owner may have removed it meanwhile.
			kubectl delete pod -n "$namespace" "$pod" --wait=false </dev/null >/dev/null 2>&1 || true
		done
}
