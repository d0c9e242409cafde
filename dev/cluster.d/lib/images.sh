# Images without a registry: made here as docker-archives, imported into containerd.

# archive DIRECTORY NAME CONFIG: a docker-archive of one layer on standard output; bit-identical for the same content.
archive() {
	local root=$1 name=$2 config=$3 work digest
	work=$(mktemp -d)
	tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$root" -cf "$work/layer.tar" .
	digest=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
	cat >"$work/config.json" <<END
{"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:00Z","config":$config,"rootfs":{"type":"layers","diff_ids":["sha256:$digest"]}}
END
	echo "[{\"Config\":\"config.json\",\"RepoTags\":[\"$name\"],\"Layers\":[\"layer.tar\"]}]" >"$work/manifest.json"
	tar -C "$work" --mtime=@0 -cf - config.json layer.tar manifest.json
	rm -rf "$work"
}

busybox_root() {
	local root=$1 busybox applet
	busybox=$(static_busybox)
	mkdir -p "$root"/{bin,etc,root,dev,proc,sys,usr/bin}
	mkdir -m 1777 "$root/tmp"
	chmod 755 "$root"
	install -m 755 "$busybox" "$root/bin/busybox"
	for applet in $("$busybox" --list); do
		[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
	done
	printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nnobody:x:65534:\n' >"$root/etc/group"
}

# The machine's own curl with what it is linked to, and busybox around it.
curl_root() {
	local root=$1 library
	busybox_root "$root"
	install -D -m 755 "$(command -v curl)" "$root/usr/bin/curl"
	for library in $(ldd "$(command -v curl)" | grep -o '/[^ ]*'); do
		install -D -m 755 "$library" "$root$library"
	done
}

import_base_images() {
	local root name
	{ has_image "$PAUSE_IMAGE" && has_image "$BUSYBOX_IMAGE" && has_image "$CURL_IMAGE"; } && return
	root=$(mktemp -d)
	busybox_root "$root/busybox"
	mkdir -p "$root/pause/bin"
	install -m 755 "$(static_busybox)" "$root/pause/bin/busybox"
	chmod 755 "$root/pause"
	archive "$root/busybox" "$BUSYBOX_IMAGE" '{"Cmd":["sh"],"Env":["PATH=/bin:/usr/bin"]}' >"$root/busybox.tar"
	curl_root "$root/curl"
	archive "$root/curl" "$CURL_IMAGE" '{"Cmd":["sh"],"Env":["PATH=/bin:/usr/bin"]}' >"$root/curl.tar"
	archive "$root/pause" "$PAUSE_IMAGE" '{"Entrypoint":["/bin/busybox","sleep","2147483647"],"User":"65535:65535"}' >"$root/pause.tar"
	for name in busybox curl pause; do
		ctr images import "$root/$name.tar" >>"$LOGS/images.log" 2>&1 || fail "the base images could not be imported; see $LOGS/images.log"
	done
	rm -rf "$root"
}

has_image() { [ -n "$(ctr images list -q "name==$1")" ]; }

# The kubelet asks for "a:b" as docker.io/library/a:b, so an image must be stored under that name.
full_name() {
	local name=$1
	case $name in
	*/*) case ${name%%/*} in *.* | *:* | localhost) ;; *) name=docker.io/$name ;; esac ;;
	*) name=docker.io/library/$name ;;
	esac
	case ${name##*/} in *:* | *@*) ;; *) name=$name:latest ;; esac
	echo "$name"
}

# load [NAME=]FILE...
load_images() {
	local file name
	running containerd >/dev/null || fail "no cluster runs here; start it with: dev/cluster up"
	[ $# -gt 0 ] || fail "load: name at least one image archive"
	for file; do
		name=
		case $file in
		*=*) [ -e "$file" ] || { name=$(full_name "${file%%=*}") file=${file#*=}; } ;;
		esac
		[ -r "$file" ] || fail "load: cannot read $file"
		load_image "$file" "$name"
	done
}

load_image() {
	local file=$1 name=$2 entries stored
	entries=$(tar -tf "$file") || fail "load: $file is no tar archive"
	if grep -qx '\(\./\)\?manifest.json' <<<"$entries"; then
		stored=$(full_name "$(tar -xOf "$file" --wildcards '*manifest.json' | sed -n 's/.*"RepoTags" *: *\[ *"\([^"]*\)".*/\1/p')")
		ctr images import "$file" >/dev/null || fail "load: $file was not imported"
		[ -z "$name" ] || [ "$name" = "$stored" ] || ctr images tag --force "$stored" "$name" >/dev/null
	else
		# An OCI archive may hold a full name, a mere tag, or none.
		if [ -z "$name" ]; then
			stored=$(tar -xOf "$file" --wildcards '*index.json' | tr -d '\n' |
				sed -n 's/.*"\(io.containerd.image.name\|org.opencontainers.image.ref.name\)" *: *"\([^"]*\)".*/\2/p')
			case $stored in
			*[:/]*) name=$(full_name "$stored") ;;
			*) fail "load: $file does not name its image; say it: dev/cluster load NAME:TAG=$file" ;;
			esac
		fi
		ctr images import --index-name "$name" "$file" >/dev/null || fail "load: $file was not imported"
		stored=$name
	fi
	say "loaded ${name:-$stored}"
}
