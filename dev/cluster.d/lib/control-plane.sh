# etcd, API server, controller manager, scheduler.

start_etcd() {
	start etcd "$KUBE" etcd --name poolwright --data-dir "$DIR/etcd" --unsafe-no-fsync \
		--listen-client-urls "$ETCD_URL" --advertise-client-urls "$ETCD_URL" \
		--listen-peer-urls http://127.0.0.1:12380 --initial-advertise-peer-urls http://127.0.0.1:12380 \
		--initial-cluster poolwright=http://127.0.0.1:12380 \
		--quota-backend-bytes 8000000000 --auto-compaction-mode periodic --auto-compaction-retention 10m --log-level warn
}

write_audit_policy() {
	cat >"$CONF/audit.yaml" <<'END'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  verbs: [get, list, watch]
- level: Metadata
END
}

start_apiserver() {
	write_audit_policy
	start kube-apiserver "$KUBE" kube-apiserver --etcd-servers "$ETCD_URL" \
		--bind-address "$ADDRESS" --advertise-address "$ADDRESS" --secure-port 6443 \
		--service-cluster-ip-range "$SERVICE_CIDR" \
		--tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" --client-ca-file "$PKI/ca.crt" \
		--service-account-issuer https://kubernetes.default.svc.cluster.local \
		--service-account-key-file "$PKI/service-accounts.pub" --service-account-signing-key-file "$PKI/service-accounts.key" \
		--kubelet-client-certificate "$PKI/apiserver-kubelet.crt" --kubelet-client-key "$PKI/apiserver-kubelet.key" \
		--kubelet-certificate-authority "$PKI/ca.crt" --kubelet-preferred-address-types InternalIP \
		--authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged=true \
		--max-requests-inflight 3000 --max-mutating-requests-inflight 1000 \
		--audit-policy-file "$CONF/audit.yaml" --audit-log-path "$AUDIT_LOG" --audit-log-maxsize 1000 --audit-log-maxbackup 2 \
		--shutdown-delay-duration 0s
}

api_ready() { kubectl get --raw /readyz; }

# The clients' limits are raised: with their defaults they, not the cluster, would be what a benchmark measures.
start_controllers() {
	start kube-controller-manager "$KUBE" kube-controller-manager --kubeconfig "$CONF/controller-manager.kubeconfig" \
		--bind-address 127.0.0.1 --leader-elect=false --use-service-account-credentials \
		--root-ca-file "$PKI/ca.crt" --service-account-private-key-file "$PKI/service-accounts.key" \
		--cluster-signing-cert-file "$PKI/ca.crt" --cluster-signing-key-file "$PKI/ca.key" \
		--kube-api-qps 2000 --kube-api-burst 4000 --concurrent-job-syncs 20
	start kube-scheduler "$KUBE" kube-scheduler --kubeconfig "$CONF/scheduler.kubeconfig" \
		--bind-address 127.0.0.1 --leader-elect=false --kube-api-qps 2000 --kube-api-burst 4000
}
