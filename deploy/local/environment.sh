# Sourced: builds, starts and stops what the quick start needs. State is in $dir:
# cluster/ (control plane), git/ (repositories), data/ (the agent's), logs/, commands/, pids.

readonly APPLY_SECONDS_MAX=120
readonly AGENT_NAMESPACE=reconcile-system
readonly BRANCH=dev

kube() { "$kubectl" --kubeconfig="$dir/cluster/kubeconfig" "$@"; }
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

start_control_plane() {
  local started bin
  started=$(now_us)
  wait_with_progress "Building the control plane (once)" control-plane-build \
    "$control_plane_build_pid"
  bin=$(tail -n 1 "$dir/logs/control-plane-build.log")
  kubectl=$bin/kubectl
  in_background control-plane-start "$root/test/cluster/up" "$dir/cluster" --kwok
  wait_with_progress "Starting the control plane" control-plane-start "$background_pid"
  say_done "$(elapsed "$started")" \
    "kube-apiserver, etcd, controller-manager, scheduler and a simulated node"
}

commit_all() {
  git -C "$dir/git/work" add -A
  git -C "$dir/git/work" diff --cached --quiet && return
  git -C "$dir/git/work" -c user.name=Platform -c user.email=platform@example.com \
    commit -q -m "$1"
  git -C "$dir/git/work" push -q origin "$BRANCH"
}

# The repository starts each run with the sample as it is.
prepare_repository() {
  local work=$dir/git/work started
  started=$(now_us)
  if [[ ! -d $work ]]; then
    git init -q --bare --initial-branch="$BRANCH" "$dir/git/served/monorepo.git"
    git -c init.defaultBranch="$BRANCH" clone -q "$dir/git/served/monorepo.git" "$work" 2>&1 |
      grep -v 'empty repository' || true
  fi
  find "$work" -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
  cp -R "$root/fixtures/monorepo/." "$work"
  commit_all "Restore the sample"
  say_done "$(elapsed "$started")" "sample monorepo on branch $BRANCH: $work"
}

git_port() { head -n 1 "$dir/logs/git-server.log" 2>/dev/null | grep -xE '[0-9]+'; }

start_git_server() {
  local started
  started=$(now_us)
  if ! pid_of "$dir" git-server >/dev/null; then
    stop_program agent # it knows the old port
    rm -f "$dir/logs/git-server.log"
    write_command "$dir" git-server python3 -u "$root/test/support/git_http_server.py" \
      "$dir/git/served" "$dir/git/control" "$dir/logs/git-requests.log"
    start_program "$dir" git-server {run_lock}>&-
  fi
  await 10 "Starting the Git server" git_port >/dev/null || fail "the Git server did not start"
  repository=http://127.0.0.1:$(git_port)/monorepo.git
  say_done "$(elapsed "$started")" "Git over HTTP: $repository"
}

git_repository() {
  cat <<YAML
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: monorepo, namespace: $AGENT_NAMESPACE}
spec: {url: "$repository", ref: {branch: $BRANCH}, interval: 1m, timeout: 30s}
YAML
}

prepare_cluster() {
  local started
  started=$(now_us)
  kube apply --server-side -k "$root/deploy/crds" >"$dir/logs/crds.log"
  kube wait --for=condition=Established crd --all --timeout=30s >>"$dir/logs/crds.log"
  kube apply --server-side -f "$root/fixtures/monorepo/bootstrap/namespace.yaml" >/dev/null
  git_repository | kube apply --server-side --force-conflicts -f - >/dev/null
  say_done "$(elapsed "$started")" "definitions, namespace $AGENT_NAMESPACE and its source"
}

agent_listen() {
  [[ -s $dir/logs/agent.log ]] || return 1
  jq -r 'select(.msg == "Agent started") | .listen' "$dir/logs/agent.log" 2>/dev/null |
    tail -n 1 | grep .
}
agent_healthy() {
  local address
  pid_of "$dir" agent >/dev/null && address=$(agent_listen) &&
    curl -sf --noproxy '*' --max-time 2 -o /dev/null "http://$address/healthz"
}

start_agent() {
  local started command
  started=$(now_us)
  agent_kept=yes
  command=$dir/commands/agent
  [[ -f $command ]] && cp "$command" "$command.last"
  write_command "$dir" agent "$program" controller --kubeconfig "$dir/cluster/agent.kubeconfig" \
    --repository "$repository" --branch "$BRANCH" --path clusters/dev \
    --namespace "$AGENT_NAMESPACE" --data-dir "$dir/data" \
    --listen-address 127.0.0.1 --listen-port 0
  if ! cmp -s "$command" "$command.last" || ! agent_healthy || agent_is_old; then
    agent_kept=no
    stop_program agent
    rm -f "$dir/logs/agent.log"
    start_program "$dir" agent {run_lock}>&-
  fi
  rm -f "$command.last"
  agent_started=$started
  await 20 "Starting the agent" agent_healthy || {
    tail -n 5 "$dir/logs/agent.log" >&2
    fail "the agent did not start"
  }
  say_done "$(elapsed "$started")" "agent: $(agent_listen), pid $(pid_of "$dir" agent)"
}

# The program was built anew since the agent started.
agent_is_old() {
  local pid
  pid=$(pid_of "$dir" agent) && [[ $program -nt /proc/$pid ]]
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

stop_environment() {
  stop_program agent
  stop_program git-server
  "$root/test/cluster/down" "$dir/cluster"
  : >"$dir/pids"
  say "The control plane ended. State and logs stay in $dir"
}
