# Sourced: builds, starts and stops the control planes. State is in $dir: <environment>/ (cluster/,
# the agent's data/ and signing.pem), git/ (repositories), logs/, commands/, pids.

readonly ENVIRONMENTS=(dev staging production)
readonly AGENT_NAMESPACE=reconcile-system

# kube ENVIRONMENT ARGUMENT...
kube() { "$kubectl" --kubeconfig="$dir/$1/cluster/kubeconfig" "${@:2}"; }
reconcile() { "$program" "$@"; }

install_packages() {
  local started
  started=$(now_us)
  "$root/deploy/install-packages" build test
  say_done "$(elapsed "$started")" "packages of deploy/packages are installed"
}

start_control_plane_build() {
  in_background control-plane-build "$root/test/cluster/build"
  control_plane_build_pid=$background_pid
}

build_product() {
  local started
  started=$(now_us)
  if [[ -z $build_dir ]]; then
    build_dir=$root/build/release
    in_background build sh -c 'cd "$1" && cmake --preset release -DRECONCILE_TESTS=ON &&
      cmake --build --preset release --target reconcile reconcile_agent' sh "$root"
    wait_with_progress "Building the program" build "$background_pid"
  fi
  program=$build_dir/bin/reconcile
  [[ -x $program ]] || fail "expected $program"
  say_done "$(elapsed "$started")" "$("$program" version): $program"
}

# The three start side by side.
start_control_planes() {
  local started environment bin pids=()
  started=$(now_us)
  wait_with_progress "Building the control plane (once)" control-plane-build \
    "$control_plane_build_pid"
  bin=$(tail -n 1 "$dir/logs/control-plane-build.log")
  kubectl=$bin/kubectl
  for environment in "${ENVIRONMENTS[@]}"; do
    in_background "control-plane-$environment" "$root/test/cluster/up" \
      "$dir/$environment/cluster" --kwok
    pids+=("$background_pid")
  done
  for environment in "${ENVIRONMENTS[@]}"; do
    wait_with_progress "Starting the control plane of $environment" \
      "control-plane-$environment" "${pids[0]}"
    pids=("${pids[@]:1}")
  done
  say_done "$(elapsed "$started")" \
    "three control planes, each with etcd, API server, controllers and a simulated node"
}

git_repository() {
  cat <<YAML
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: monorepo, namespace: $AGENT_NAMESPACE}
spec: {url: "$repository", ref: {branch: $1}, interval: 1m, timeout: 30s}
YAML
}

# define ENVIRONMENT
define() {
  kube "$1" apply --server-side -k "$root/deploy/crds"
  kube "$1" wait --for=condition=Established crd --all --timeout=30s
  kube "$1" apply --server-side -f "$root/fixtures/monorepo/bootstrap/namespace.yaml"
  git_repository "$1" | kube "$1" apply --server-side --force-conflicts -f -
}

prepare_clusters() {
  local started environment pids=()
  started=$(now_us)
  for environment in "${ENVIRONMENTS[@]}"; do
    define "$environment" >"$dir/logs/define-$environment.log" 2>&1 {run_lock}>&- &
    pids+=($!)
  done
  for environment in "${ENVIRONMENTS[@]}"; do
    wait_with_progress "Defining kinds in $environment" "define-$environment" "${pids[0]}"
    pids=("${pids[@]:1}")
  done
  say_done "$(elapsed "$started")" "in each: definitions, namespace $AGENT_NAMESPACE, its source"
}

# stop_program NAME : TERM, and KILL after ten seconds
stop_program() {
  local name=$1 pid end=$((SECONDS + 10))
  pid=$(pid_of "$dir" "$name") || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  while pid_of "$dir" "$name" >/dev/null; do
    if ((SECONDS >= end)); then
      kill -KILL "$pid" 2>/dev/null || true
      say "$name ($pid) did not end in 10 s and was killed"
      return
    fi
    sleep 0.05
  done
  say "$name ($pid) ended"
}

stop_environments() {
  local environment
  for environment in "${ENVIRONMENTS[@]}"; do
    stop_program "agent-$environment"
  done
  stop_program git-server
  for environment in "${ENVIRONMENTS[@]}"; do
    "$root/test/cluster/down" "$dir/$environment/cluster"
  done
  : >"$dir/pids"
  say "Everything ended. State and logs stay in $dir"
}
