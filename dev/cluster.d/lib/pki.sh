# Certificates and kubeconfigs, made once per state directory.

issue() {
	local name=$1 subject=$2 usage=$3 names=${4:-}
	openssl req -new -newkey rsa:2048 -nodes -keyout "$PKI/$name.key" -out "$PKI/$name.csr" -subj "$subject"
	openssl x509 -req -in "$PKI/$name.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial -days 3650 -out "$PKI/$name.crt" \
		-extfile <(
			echo "basicConstraints=CA:FALSE"
			echo "keyUsage=critical,digitalSignature"
			echo "extendedKeyUsage=$usage"
			[ -z "$names" ] || echo "subjectAltName=$names"
		)
}

kubeconfig_for() {
	local file=$1 name=$2
	cat >"$CONF/$file.kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: poolwright
contexts:
- name: poolwright
  context: {cluster: poolwright, user: $file, namespace: default}
clusters:
- name: poolwright
  cluster:
    server: $API_URL
    certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")
users:
- name: $file
  user:
    client-certificate-data: $(base64 -w0 "$PKI/$name.crt")
    client-key-data: $(base64 -w0 "$PKI/$name.key")
END
	chmod 600 "$CONF/$file.kubeconfig"
}

make_pki() {
	[ -e "$PKI/complete" ] && return
	rm -rf "$PKI"
	mkdir -p "$PKI" "$CONF"
	chmod 700 "$PKI"
	{
		openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -keyout "$PKI/ca.key" -out "$PKI/ca.crt" \
			-subj /CN=poolwright-cluster -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
		openssl genrsa -out "$PKI/service-accounts.key" 2048
		openssl rsa -in "$PKI/service-accounts.key" -pubout -out "$PKI/service-accounts.pub"
		issue apiserver /CN=kube-apiserver serverAuth \
			"IP:$ADDRESS,IP:127.0.0.1,IP:$KUBERNETES_SERVICE,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
		issue apiserver-kubelet /O=system:masters/CN=kube-apiserver-kubelet clientAuth
		issue admin /O=system:masters/CN=admin clientAuth
		issue controller-manager /CN=system:kube-controller-manager clientAuth
		issue scheduler /CN=system:kube-scheduler clientAuth
		issue proxy /CN=system:kube-proxy clientAuth
		issue kubelet "/O=system:nodes/CN=system:node:$NODE" clientAuth,serverAuth "IP:$ADDRESS,DNS:$NODE"
		issue dns /O=system:masters/CN=poolwright:dns clientAuth
		issue local-path /O=system:masters/CN=poolwright:local-path clientAuth
		issue kube-router /O=system:masters/CN=poolwright:kube-router clientAuth
		issue kwok /O=system:masters/CN=poolwright:kwok clientAuth
	} >"$LOGS/pki.log" 2>&1 || fail "no certificates; see $LOGS/pki.log"
	local name
	for name in admin controller-manager scheduler proxy kubelet dns local-path kube-router kwok; do
		kubeconfig_for "$name" "$name"
	done
	touch "$PKI/complete"
}
