#!/usr/bin/env bash
# Applies every overlay of k8s/ to a real API server, with server-side dry run: admission, defaults, pod security and the CEL rules of the
# custom resources, which no schema file knows. Builds kube-apiserver and etcd from their Go modules (once; about ten minutes on two cores).
#   load-tests/apiserver/dry-run.sh           all of it; exit code 1 when something is refused or warned about
#   load-tests/apiserver/dry-run.sh --build   build only
# HEED_APISERVER_PORT: three ports from there on (default 26443).
set -euo pipefail
here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
home="$(cd "$here/../.." && pwd)"
tools="$home/target/tools"
port="${HEED_APISERVER_PORT:-26443}"
version="$(sed -n 's/^require k8s.io\/kubernetes \(v[^ ]*\).*/\1/p; s/^\tk8s.io\/kubernetes \(v[^ ]*\).*/\1/p' "$here/go.mod" | head -n 1)"
fail() { echo "dry-run: $*" >&2; exit 1; }

build() {
  if [ -x "$tools/kube-apiserver" ] && [ -x "$tools/etcd" ]; then return; fi
  command -v go >/dev/null 2>&1 || fail "Go is missing (1.24 or newer), to build kube-apiserver and etcd."
  echo "Building kube-apiserver $version and etcd from their Go modules (once) ..."
  mkdir -p "$tools"
  local stamp="-X k8s.io/component-base/version.gitVersion=$version -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=$(echo "$version" | cut -d. -f2)"
  (cd "$here" && GOFLAGS="-buildvcs=false" go build -ldflags "-s -w $stamp" -o "$tools/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver \
    && GOFLAGS="-buildvcs=false" go build -ldflags "-s -w" -o "$tools/etcd" go.etcd.io/etcd/server/v3)
}

render() {
  if [ -n "${HEED_KUSTOMIZE:-}" ]; then "$HEED_KUSTOMIZE" build "$home/k8s/overlays/$1"; else kubectl kustomize "$home/k8s/overlays/$1"; fi
}

build
[ "${1:-}" != --build ] || exit 0
command -v kubectl >/dev/null 2>&1 || fail "kubectl is missing."
work="$(mktemp -d)"
pids=()
stop() {
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  [ ${#pids[@]} -eq 0 ] || wait "${pids[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

"$tools/etcd" --data-dir "$work/etcd" --listen-client-urls "http://127.0.0.1:$((port + 1))" --advertise-client-urls "http://127.0.0.1:$((port + 1))" \
  --listen-peer-urls "http://127.0.0.1:$((port + 2))" --unsafe-no-fsync --log-level error >"$work/etcd.log" 2>&1 &
pids+=($!)
openssl genrsa -out "$work/accounts.key" 2048 2>/dev/null
token="$(openssl rand -hex 16)"
echo "$token,admin,admin,system:masters" >"$work/tokens"
"$tools/kube-apiserver" --etcd-servers "http://127.0.0.1:$((port + 1))" --bind-address 127.0.0.1 --secure-port "$port" --cert-dir "$work/certs" \
  --service-account-key-file "$work/accounts.key" --service-account-signing-key-file "$work/accounts.key" --service-account-issuer https://kubernetes.default.svc \
  --service-cluster-ip-range 10.0.0.0/16 --authorization-mode RBAC --token-auth-file "$work/tokens" >"$work/apiserver.log" 2>&1 &
pids+=($!)
export KUBECONFIG="$work/config"
kubectl config set-cluster heed --server "https://127.0.0.1:$port" --insecure-skip-tls-verify=true >/dev/null
kubectl config set-credentials admin --token "$token" >/dev/null
kubectl config set-context heed --cluster heed --user admin >/dev/null
kubectl config use-context heed >/dev/null
for _ in $(seq 120); do
  kubectl get --raw /readyz >/dev/null 2>&1 && break
  kill -0 "${pids[@]}" 2>/dev/null || { tail -n 5 "$work"/*.log >&2; fail "the API server did not start."; }
  sleep 1
done
echo "API server $(kubectl version -o json | sed -n '/serverVersion/,$s/.*"gitVersion": "\(.*\)".*/\1/p')"
kubectl apply -f "$here/crds.json" >/dev/null
kubectl wait --for condition=established --timeout=60s -f "$here/crds.json" >/dev/null
kubectl apply -f "$home/k8s/base/namespace.yaml" >/dev/null

broken=0
for overlay in local production gpu; do
  render "$overlay" >"$work/$overlay.yaml"
  if ! kubectl apply --dry-run=server --validate=strict -f "$work/$overlay.yaml" >"$work/out" 2>"$work/err" || [ -s "$work/err" ]; then
    broken=1
    sed "s/^/  $overlay: /" "$work/err" >&2
  fi
  echo "$overlay: $(grep -c 'server dry run' "$work/out" || true) of $(grep -c '^kind:' "$work/$overlay.yaml") objects accepted, $(wc -l <"$work/err") complaints"
done

# Each of these must be refused, or the proof above would be none: an unknown field, a broken CEL rule, an impossible value.
refuse() {
  if kubectl apply --dry-run=server --validate=strict -f - >"$work/out" 2>&1; then
    broken=1
    echo "  not refused: $1" >&2
  else
    echo "refused, as it must be: $1"
  fi
}
sed 's/serviceAccountName:/serviceAcountName:/' "$work/local.yaml" | refuse "a misspelt field"
sed 's/^  partitions: 6/  partitions: 0/' "$work/local.yaml" | refuse "a topic without partitions"
sed 's/maxUnavailable: 1/maxUnavailable: -1/' "$work/production.yaml" | refuse "a disruption budget below zero"
sed 's/authorization:$/authorisation:/' "$work/production.yaml" | refuse "a Kafka user with a misspelt field"

# And once for real: what was accepted can be stored, and applying it again changes nothing.
kubectl apply --server-side --field-manager heed -f "$work/production.yaml" >/dev/null
again="$(kubectl diff --server-side --field-manager heed -f "$work/production.yaml" 2>&1 | grep -c '^[+-] ' || true)"
echo "production stored: $(kubectl get -n heed kafkatopics,kafkausers,deployments,statefulsets,scaledobjects -o name | wc -l) topics, users, workloads and scalers; applying it again would change $again lines"
[ "$again" = 0 ] || broken=1
exit $broken
