# Sourced: shows the main job. Each step waits for its effect in the cluster and says how long
# that took; one that is not reached in time ends the quick start with what the agent logged.

readonly APPLY_SECONDS_MAX=120

tour_renders() {
  local environment folder chart
  for environment in "${ENVIRONMENTS[@]}"; do
    for folder in infrastructure tenants apps services; do
      one_render build "$folder/overlays/$environment"
    done
  done
  for chart in catalog checkout; do
    one_render template "$chart" "charts/$chart" -f "charts/$chart/values-production.yaml"
  done
}

one_render() {
  local started output took
  started=$(now_us)
  output=$(cd "$root/fixtures/monorepo" && "$program" "$@") || fail "reconcile $* failed"
  took=$(elapsed "$started")
  say_done "$took" "reconcile $*  ($(grep -c '^kind:' <<<"$output") objects)"
}

tour_first_apply() {
  local environment count
  for environment in "${ENVIRONMENTS[@]}"; do
    await "$APPLY_SECONDS_MAX" "Applying in $environment" units_ready "$environment" ||
      not_reached "$environment" "first apply"
    count=$(flux_objects "$environment" |
      jq '[.items[].status.inventory.entries // [] | length] | add')
    say_done "$(elapsed "$agents_started")" \
      "$environment: applied and healthy, $count objects in 4 kustomizations and 2 releases"
  done
}

# frontend_is ENVIRONMENT TAG
frontend_is() {
  [[ $(kube "$1" get deployment frontend --namespace=shop \
    -o jsonpath='{.spec.template.spec.containers[0].image}' 2>/dev/null) = *:$2 ]]
}

# Prints the time in microseconds and the image for each event of the Deployment.
watch_frontend() {
  local image
  while read -r image; do
    echo "$(now_us) $image"
  done < <(exec "$kubectl" --kubeconfig="$1" get deployment frontend \
    --namespace=shop --watch -o 'jsonpath={.spec.template.spec.containers[0].image}{"\n"}')
}

# drift_reverted EVENTS TAG
drift_reverted() {
  local written
  written=$(grep -n ':hacked$' "$1" | tail -n 1 | cut -d: -f1) && [[ -n $written ]] &&
    [[ $(tail -n +"$written" "$1" | grep -c ":$2$") -ge 1 ]]
}

# tour_drift ENVIRONMENT TAG : a person sets another image; the agent sets TAG again
tour_drift() {
  local events=$dir/logs/drift-events.log watcher written reverted
  : >"$events"
  export -f watch_frontend now_us
  export kubectl
  in_background drift-watch bash -c 'watch_frontend "$0" >"$1"' \
    "$dir/$1/cluster/kubeconfig" "$events"
  watcher=$background_pid
  await 20 "Watching the Deployment" test -s "$events" || fail "kubectl shows no frontend"
  kube "$1" set image deployment/frontend --namespace=shop \
    frontend=registry.example.com/shop/frontend:hacked >/dev/null
  await "$APPLY_SECONDS_MAX" "A person set another image by kubectl" \
    drift_reverted "$events" "$2" || not_reached "$1" "the drift's revert"
  kill -TERM -- "-$watcher" 2>/dev/null || true
  written=$(grep ':hacked$' "$events" | head -n 1 | cut -d' ' -f1)
  reverted=$(sed -n '/:hacked$/,$p' "$events" | grep ":$2$" | head -n 1 | cut -d' ' -f1)
  say_done "$(((reverted - written) / 1000)) ms" \
    "$1: drift reverted; kubectl set another image, the agent saw it and set $2 again"
}

report_gone() {
  ! kube dev get cronjobs --namespace=shop -o name | grep -q .
}

# Removed in dev's overlay only: nothing of this is for the others.
tour_prune() {
  local started
  report_gone && fail "expected a CronJob in namespace shop before it is removed"
  work_git checkout -q dev
  cat >>"$dir/git/work/apps/overlays/dev/kustomization.yaml" <<'YAML'
- target:
    kind: CronJob
    name: nightly-report
  patch: |-
    $patch: delete
    apiVersion: batch/v1
    kind: CronJob
    metadata:
      name: nightly-report
YAML
  commit "Remove the nightly report in dev"
  started=$(now_us)
  push dev
  await "$APPLY_SECONDS_MAX" "Pruning" report_gone || not_reached dev "the prune"
  say_done "$(elapsed "$started")" "dev: removal pushed and pruned; the CronJob is gone"
}

tour_status() {
  local environment
  for environment in "${ENVIRONMENTS[@]}"; do
    reconcile gate status --kubeconfig "$dir/$environment/cluster/kubeconfig" |
      sed 's/^/  /' || true
  done
  echo
  reconcile status --kubeconfig "$dir/production/cluster/kubeconfig" \
    --namespace "$AGENT_NAMESPACE" | sed 's/^/  /' | cut -c1-120 || true
}

tour_end() {
  local folder_flag=''
  [[ $dir = /var/tmp/reconcile-quickstart ]] || folder_flag=" --dir $dir"
  heading "Everything keeps running"
  cat <<TEXT
  programs     export PATH=$build_dir/bin:${kubectl%/*}:\$PATH
  clusters     export KUBECONFIG=$dir/{dev,staging,production}/cluster/kubeconfig
  ask          reconcile status; reconcile gate explain staging; reconcile diff ks/apps
  repository   $dir/git/work (branches dev, staging, production: commit, rebase, git push)
  evidence     git --git-dir $dir/git/served/evidence.git for-each-ref
  logs         $dir/logs/agent-*.log (JSON lines), $dir/*/cluster/logs/
  metrics      http://$(agent_listen dev)/metrics, /healthz, /readyz
  audit        test/cluster/requests $dir/dev/cluster reconcile-agent
  end it       deploy/quickstart --down$folder_flag
TEXT
}
