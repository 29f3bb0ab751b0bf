# Sourced by `up`: the command line of each program, and starting one. A command is kept
# as DIR/commands/NAME, so that a program that was ended can be started again as it was.

# write_command DIR NAME PROGRAM ARGUMENT...
write_command() {
  local dir=$1 name=$2
  shift 2
  { echo '#!/bin/sh'; printf 'exec'; printf ' %q' "$@"; echo; } >"$dir/commands/$name"
  chmod +x "$dir/commands/$name"
}

# write_commands DIR BIN WITH_KWOK : the ports stand in DIR/ports
write_commands() {
  local dir=$1 bin=$2 with_kwok=$3 pki=$1/pki etcd_port etcd_peer_port apiserver_port
  source "$dir/ports"
  local etcd=http://127.0.0.1:$etcd_port etcd_peer=http://127.0.0.1:$etcd_peer_port
  write_command "$dir" etcd "$bin/etcd" --name=test --data-dir="$dir/etcd" --log-level=warn \
    --listen-client-urls="$etcd" --advertise-client-urls="$etcd" \
    --listen-peer-urls="$etcd_peer" --initial-advertise-peer-urls="$etcd_peer" \
    --initial-cluster="test=$etcd_peer" --unsafe-no-fsync --quota-backend-bytes=1073741824
  write_command "$dir" kube-apiserver "$bin/kube-apiserver" --etcd-servers="$etcd" \
    --bind-address=127.0.0.1 --secure-port="$apiserver_port" --advertise-address=127.0.0.1 \
    --endpoint-reconciler-type=none --service-cluster-ip-range=10.96.0.0/16 \
    --cert-dir="$pki" --tls-cert-file="$pki/apiserver.crt" \
    --tls-private-key-file="$pki/apiserver.key" --client-ca-file="$pki/ca.crt" \
    --token-auth-file="$pki/tokens.csv" --authorization-mode=Node,RBAC \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file="$pki/service-account.pub" \
    --service-account-signing-key-file="$pki/service-account.key" \
    --disable-admission-plugins=TaintNodesByCondition --allow-privileged \
    --audit-policy-file="$dir/audit_policy.yaml" --audit-log-path="$dir/audit.log" \
    --audit-log-maxsize=0 --audit-log-maxbackup=0 --profiling=false
  write_command "$dir" kube-controller-manager "$bin/kube-controller-manager" \
    --kubeconfig="$pki/controller-manager.kubeconfig" --leader-elect=false --secure-port=0 \
    --root-ca-file="$pki/ca.crt" --use-service-account-credentials \
    --kube-api-qps=500 --kube-api-burst=1000 \
    --horizontal-pod-autoscaler-sync-period=1s \
    --service-account-private-key-file="$pki/service-account.key" \
    --controllers=*,-node-lifecycle-controller,-node-ipam-controller,-taint-eviction-controller
  [[ $with_kwok = yes ]] || return 0
  write_command "$dir" kube-scheduler "$bin/kube-scheduler" \
    --kubeconfig="$pki/scheduler.kubeconfig" --leader-elect=false --secure-port=0 \
    --kube-api-qps=500 --kube-api-burst=1000
  write_command "$dir" kwok "$bin/kwok" --kubeconfig="$pki/kwok.kubeconfig" \
    --config="$dir/kwok.yaml" --manage-all-nodes=true --cidr=10.244.0.0/16 \
    --node-ip=10.244.0.1 --node-lease-duration-seconds=40
}

# pid_of DIR NAME : prints the pid if that program runs. The command line is compared
# because the number may belong to another program by now.
pid_of() {
  local dir=$1 name=$2 pid
  pid=$(sed -n "s/^$name //p" "$dir/pids" 2>/dev/null | tail -1)
  [[ -n $pid && -r /proc/$pid/cmdline ]] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$dir/" || return 1
  [[ $(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f1) != Z ]] || return 1
  echo "$pid"
}

# start_program DIR NAME : does nothing if it runs.
start_program() {
  local dir=$1 name=$2
  pid_of "$dir" "$name" >/dev/null && return
  sed -i "/^$name /d" "$dir/pids"
  setsid "$dir/commands/$name" >>"$dir/logs/$name.log" 2>&1 </dev/null &
  echo "$name $!" >>"$dir/pids"
}

# free_port : below the range that the kernel gives to outgoing connections.
free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 12000))
    if ! grep -qiE "^ *[0-9]+: [0-9A-F]+:$(printf %04X $port) " /proc/net/tcp /proc/net/tcp6; then
      echo "$port"
      return
    fi
  done
  fail "found no free port between 20000 and 32000"
}
