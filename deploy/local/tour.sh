# Sourced: shows the main job. Each step waits for its effect in the cluster and says how long
# that took; one that is not reached in time ends the quick start with what the agent logged.

tour_renders() {
  local environment folder chart
  for environment in dev staging production; do
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

flux_objects() {
  kube get kustomizations.kustomize.toolkit.fluxcd.io,helmreleases.helm.toolkit.fluxcd.io \
    --all-namespaces -o json 2>/dev/null
}

# Whether every unit of the sample is Ready at the revision of the branch's tip.
units_ready() {
  local tip
  tip=$(git -C "$dir/git/work" rev-parse HEAD)
  flux_objects | jq -e --arg tip "$tip" '
    [.items[] | .metadata.generation as $generation
     | ((.status.conditions // [])
        | any(.type == "Ready" and .status == "True" and .observedGeneration == $generation))
       and ((.kind == "HelmRelease") or
            ((.status.lastAppliedRevision // "") | endswith($tip)))]
    | length >= 6 and all' >/dev/null
}

not_reached() {
  printf '%s' "$erase"
  flux_objects | jq -r '.items[] | "  " + .kind + "/" + .metadata.name + ": " +
    ([.status.conditions // [] | .[] | .type + "=" + .status + " " + .reason + " " + .message]
     | join("; "))' >&2
  grep -E '"level":"(error|warning)"' "$dir/logs/agent.log" | tail -n 5 | cut -c1-400 >&2 ||
    true
  fail "$1: not reached in $APPLY_SECONDS_MAX s"
}

tour_first_apply() {
  local count did=applied
  # An agent that runs since an earlier call would fetch at its next poll only.
  [[ $agent_kept = no ]] || units_ready || {
    did="restored, applied"
    reconcile_now
    reconcile_now Kustomization/infrastructure
  }
  await "$APPLY_SECONDS_MAX" "Applying: infrastructure, tenants, then apps and services" \
    units_ready || not_reached "first apply"
  count=$(flux_objects | jq '[.items[].status.inventory.entries // [] | length] | add')
  say_done "$(elapsed "$agent_started")" \
    "$did and healthy: $count objects in 4 kustomizations and 2 releases"
}

frontend_image() {
  kube get deployment frontend --namespace=shop \
    -o jsonpath='{.spec.template.spec.containers[0].image}' 2>/dev/null
}

image_is() { [[ $(frontend_image) = *:$1 ]]; }

# reconcile_now TARGET... : the agent is asked, as a webhook would
reconcile_now() {
  reconcile now --kubeconfig "$dir/cluster/kubeconfig" --namespace "$AGENT_NAMESPACE" \
    --with-source --timeout 60s "$@" >>"$dir/logs/now.log" 2>&1 || {
    tail -n 5 "$dir/logs/now.log" >&2
    fail "reconcile now $* failed"
  }
}

tour_commit() {
  local started tag=1.5.0-rc.3
  sed -i "s/newTag: 1.5.0-rc.2/newTag: $tag/" "$dir/git/work/apps/overlays/dev/kustomization.yaml"
  started=$(now_us)
  commit_all "Roll out frontend $tag in dev"
  reconcile_now Kustomization/apps
  await "$APPLY_SECONDS_MAX" "Rolling out" image_is "$tag" || not_reached "the commit"
  say_done "$(elapsed "$started")" \
    "commit pushed, fetched, applied and healthy: frontend runs $tag"
}

# Prints the time in microseconds and the image for each event of the Deployment.
watch_frontend() {
  local image
  while read -r image; do
    echo "$(now_us) $image"
  done < <(exec "$kubectl" --kubeconfig="$dir/cluster/kubeconfig" get deployment frontend \
    --namespace=shop --watch -o 'jsonpath={.spec.template.spec.containers[0].image}{"\n"}')
}

drift_reverted() {
  local events=$dir/logs/drift-events.log
  local written
  written=$(grep -n ':hacked$' "$events" | tail -n 1 | cut -d: -f1) && [[ -n $written ]] &&
    [[ $(tail -n +"$written" "$events" | grep -c ":$1$") -ge 1 ]]
}

tour_drift() {
  local tag=1.5.0-rc.3 events=$dir/logs/drift-events.log watcher written reverted
  : >"$events"
  export -f watch_frontend now_us
  export kubectl dir
  in_background drift-watch bash -c 'watch_frontend >"$0"' "$events"
  watcher=$background_pid
  await 20 "Watching the Deployment" test -s "$events" || fail "kubectl shows no frontend"
  kube set image deployment/frontend --namespace=shop \
    frontend=registry.example.com/shop/frontend:hacked >/dev/null
  await "$APPLY_SECONDS_MAX" "A person set another image by kubectl" drift_reverted "$tag" ||
    not_reached "the drift's revert"
  kill -TERM -- "-$watcher" 2>/dev/null || true
  written=$(grep ':hacked$' "$events" | head -n 1 | cut -d' ' -f1)
  reverted=$(sed -n '/:hacked$/,$p' "$events" | grep ":$tag$" | head -n 1 | cut -d' ' -f1)
  say_done "$(((reverted - written) / 1000)) ms" \
    "drift reverted: kubectl set another image, the agent saw it and set $tag again"
}

reports_gone() {
  ! kube get cronjobs --namespace=shop -o name | grep -q .
}

tour_prune() {
  local started
  reports_gone && fail "expected a CronJob in namespace shop before it is removed"
  sed -i '/^- reports$/d' "$dir/git/work/apps/base/kustomization.yaml"
  started=$(now_us)
  commit_all "Remove the nightly report"
  reconcile_now Kustomization/apps
  await "$APPLY_SECONDS_MAX" "Pruning" reports_gone || not_reached "the prune"
  say_done "$(elapsed "$started")" "removal pushed and pruned: the CronJob is gone"
}

tour_status() {
  local code=0
  reconcile status --kubeconfig "$dir/cluster/kubeconfig" --namespace "$AGENT_NAMESPACE" |
    sed 's/^/  /' | cut -c1-150
  echo
  reconcile diff Kustomization/apps --kubeconfig "$dir/cluster/kubeconfig" \
    --namespace "$AGENT_NAMESPACE" >"$dir/logs/diff.log" 2>&1 || code=$?
  say "reconcile diff Kustomization/apps: exit $code"
  sed 's/^/    /' "$dir/logs/diff.log" | head -n 20
}

tour_end() {
  local address
  address=$(agent_listen)
  heading "Everything keeps running"
  cat <<TEXT
  kubeconfig   export KUBECONFIG=$dir/cluster/kubeconfig
  programs     export PATH=$build_dir/bin:${kubectl%/*}:\$PATH
  repository   $dir/git/work (commit, git push; then reconcile now ks/apps --with-source)
  logs         $dir/logs/agent.log (JSON lines), $dir/cluster/logs/
  metrics      http://$address/metrics, /healthz, /readyz
  audit        test/cluster/requests $dir/cluster reconcile-agent
  end it       deploy/quickstart --down$([[ $dir = /var/tmp/reconcile-quickstart ]] ||
    echo " --dir $dir")
TEXT
}
