# Builds the programs from their Go modules, into a cache outside the clone whose key is the modules' content.

KUBE_FLAGS="-s -w -X k8s.io/component-base/version.gitVersion=v$KUBE_VERSION \
-X k8s.io/component-base/version.gitMajor=${KUBE_VERSION%%.*} \
-X k8s.io/component-base/version.gitMinor=$(echo "$KUBE_VERSION" | cut -d. -f2) \
-X k8s.io/component-base/version.gitTreeState=clean"

# module MODULE: where that module's programs are (or will be).
module() {
	local hash
	hash=$(cd "$HERE/$1" && find . -name '*.go' -o -name go.mod -o -name go.sum | LC_ALL=C sort | xargs sha256sum | sha256sum)
	echo "$CACHE/$1-${hash:0:16}"
}

KUBE_DIR=$(module kube)
TOOLS_DIR=$(module tools)
MINIO_DIR=$(module minio)
CONTAINERD_DIR=$(module containerd)
KUBE=$KUBE_DIR/kube

# build MODULE DIRECTORY LDFLAGS PACKAGE...: whole or not at all, since the directory gets its name last.
build() {
	local name=$1 target=$2 flags=$3 temporary
	shift 3
	[ -d "$target" ] && return
	mkdir -p "$CACHE"
	exec 8>"$CACHE/$name.lock"
	flock 8
	if [ ! -d "$target" ]; then
		command -v go >/dev/null || fail "Go is needed to build the cluster's programs (1.25 or newer)"
		say "building $name (minutes the first time, then cached in $CACHE) ..."
		temporary=$(mktemp -d "$CACHE/$name.XXXXXX")
		(cd "$HERE/$name" && CGO_ENABLED=0 GOFLAGS="" go build -mod=readonly -buildvcs=false -trimpath -tags "${GO_TAGS:-}" -ldflags "$flags" \
			-o "$temporary/" "$@" 8>&- 9>&-) >&2 || {
			rm -rf "$temporary"
			fail "$name did not build"
		}
		chmod 755 "$temporary"
		mv -T "$temporary" "$target"
	fi
	exec 8>&-
}

build_kube() { build kube "$KUBE_DIR" "$KUBE_FLAGS" .; }
build_tools() {
	build tools "$TOOLS_DIR" "-s -w -X helm.sh/helm/v3/internal/version.version=$(version_of helm.sh/helm/v3)" \
		./coredns ./kube-router helm.sh/helm/v3/cmd/helm sigs.k8s.io/kwok/cmd/kwok github.com/rancher/local-path-provisioner
}
# Debian's is too old to mount images. Without the file systems that nothing here uses.
build_containerd() {
	local package=github.com/containerd/containerd/v2
	GO_TAGS=no_btrfs,no_zfs,no_devmapper,no_aufs build containerd "$CONTAINERD_DIR" \
		"-s -w -X $package/version.Version=$(version_of $package containerd)" \
		$package/cmd/containerd $package/cmd/containerd-shim-runc-v2 $package/cmd/ctr
}
build_minio() { build minio "$MINIO_DIR" "-s -w" github.com/minio/minio; }

# version_of PACKAGE [MODULE]
version_of() { sed -n "s|^\(require\)\?\s*$1 \(v[^ ]*\).*|\2|p" "$HERE/${2:-tools}/go.mod" | head -1; }

# The directory layout in which fabric8's kube-api-test looks for its programs; it also writes certificates there.
make_assets() {
	local assets=$KUBE_DIR/assets bin program
	build_kube
	bin=$assets/k8s/$KUBE_VERSION-linux-amd64
	mkdir -p "$bin"
	for program in kube-apiserver etcd kubectl; do
		ln -sfn "$KUBE" "$bin/$program"
	done
	echo "$assets"
}
