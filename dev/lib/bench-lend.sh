#!/usr/bin/env bash
# A task and a stranger that each request half of what the machine has left, both burning all the processor time they can get: how
# much of it the task gets when its node holds the room, and when it lends it. Called by dev/bench lend.
set -euo pipefail
seconds=20 namespace=bench-lend-$$
kubectl() { dev/cluster kubectl -n "$namespace" "$@"; }
# A fixed wait would be too short on a slow machine and too long on others.
await() { kubectl wait --timeout=180s "$@" >/dev/null; }

dev/cluster kubectl create namespace "$namespace" >/dev/null
trap 'dev/cluster kubectl delete namespace "$namespace" --wait=false >/dev/null' EXIT
allocatable=$(dev/cluster kubectl get nodes -l '!type' -o jsonpath='{.items[0].status.allocatable.cpu}')
case $allocatable in *m) allocatable=${allocatable%m} ;; *) allocatable=$((allocatable * 1000)) ;; esac
requested=$(dev/cluster kubectl get pods -A --field-selector=status.phase=Running -o jsonpath='{range .items[*].spec.containers[*]}{.resources.requests.cpu}{"\n"}{end}' |
	awk '/m$/ {sum += $0 + 0; next} {sum += $0 * 1000} END {print sum + 0}')
half=$(((allocatable - requested) / 2 / 10 * 10))
burn='for i in $(seq $(nproc)); do while :; do :; done & all="$all $!"; done'

kubectl apply -f - >/dev/null <<END
apiVersion: v1
kind: Pod
metadata: {name: stranger}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - {name: stranger, image: "busybox:1.36", command: [sh, -c, '$burn; wait'], resources: {requests: {cpu: ${half}m}}}
END
await --for=condition=Ready pod/stranger

printf '%s cores; the stranger and the node request %sm each\n' "$(nproc)" "$half"
for reservation in Hold Lend; do
	name=$(tr HL hl <<<"$reservation")
	kubectl apply -f - >/dev/null <<END
apiVersion: poolwright.io/v1alpha1
kind: Pool
metadata: {name: $name}
spec:
  targetDedicatedNodes: 1
  reservation: $reservation
  node: {size: {cpu: ${half}m, memory: 64Mi}, image: "busybox:1.36", directory: {kind: None}}
---
apiVersion: poolwright.io/v1alpha1
kind: Job
metadata: {name: $name}
spec:
  poolInfo: {poolId: $name}
  tasks:
    - id: burn
      command:
        - sh
        - -c
        - |
          $burn
          # In microseconds, of a hundredth of a second each.
          used() { for p in \$all; do cat /proc/\$p/stat; done | awk '{sum += \$14 + \$15} END {print sum * 10000}'; }
          sleep 5
          before=\$(used); sleep $seconds; after=\$(used)
          echo "\$(((after - before) / $seconds / 1000))"
          kill \$all
END
	await --for=condition=Completed "jobs.poolwright.io/$name"
	got=$(kubectl logs -l "poolwright.io/job=$name" -c task | tail -1)
	printf '%-5s the task got %4sm of the %sm that it may use\n' "$reservation" "$got" "$half"
	kubectl delete "pools.poolwright.io/$name" "jobs.poolwright.io/$name" >/dev/null
	await --for=delete pod -l "poolwright.io/pool=$name"
done
