# Sourced: one agent for each environment, and what it says.

# agent_listen ENVIRONMENT : its address
agent_listen() {
  local log=$dir/logs/agent-$1.log
  [[ -s $log ]] || return 1
  jq -r 'select(.msg == "Agent started") | .listen' "$log" 2>/dev/null | tail -n 1 | grep .
}

agent_healthy() {
  local address
  pid_of "$dir" "agent-$1" >/dev/null && address=$(agent_listen "$1") &&
    curl -sf --noproxy '*' --max-time 2 -o /dev/null "http://$address/healthz"
}

# webhook_listen ENVIRONMENT : where its webhooks arrive
webhook_listen() {
  jq -r 'select(.msg == "Webhooks served") | .listen' "$dir/logs/agent-$1.log" 2>/dev/null |
    tail -n 1 | grep .
}

# register_webhooks : as an administrator does at the forge, once
register_webhooks() {
  local environment path
  path=$(reconcile receiver path --webhook-token-file "$dir/git/webhook-token" \
    --namespace "$AGENT_NAMESPACE")
  for environment in "${ENVIRONMENTS[@]}"; do
    await 10 "Waiting for the webhook of $environment" webhook_listen "$environment" >/dev/null ||
      fail "no webhook is served in $environment"
    echo "http://$(webhook_listen "$environment")$path"
  done >"$dir/git/webhooks"
}

# What an installation says about gates, outside of Git.
gate_flags() {
  flags+=(--environment "$1" --evidence-repository "$evidence_repository"
    --gate-signing-key-file "$dir/$1/signing.pem"
    --gate-root-key "$(<"$dir/root.pem.pub")" --gate-bootstrap "$(tip "$1")"
    --gate-clock-tolerance 1s)
}

start_agents() {
  local started environment flags
  started=$(now_us)
  for environment in "${ENVIRONMENTS[@]}"; do
    flags=()
    gate_flags "$environment"
    write_command "$dir" "agent-$environment" "$program" controller \
      --kubeconfig "$dir/$environment/cluster/agent.kubeconfig" \
      --repository "$repository" --branch "$environment" --path "clusters/$environment" \
      --namespace "$AGENT_NAMESPACE" --data-dir "$dir/$environment/data" \
      --listen-address 127.0.0.1 --listen-port 0 --webhook-listen-address 127.0.0.1 \
      --webhook-listen-port 0 --webhook-token-file "$dir/git/webhook-token" "${flags[@]}"
    stop_program "agent-$environment"
    rm -f "$dir/logs/agent-$environment.log"
    start_program "$dir" "agent-$environment" {run_lock}>&-
  done
  agents_started=$started
  for environment in "${ENVIRONMENTS[@]}"; do
    await 20 "Starting the agent of $environment" agent_healthy "$environment" || {
      tail -n 5 "$dir/logs/agent-$environment.log" >&2
      fail "the agent of $environment did not start"
    }
  done
  register_webhooks
  say_done "$(elapsed "$started")" "three agents, each with one cluster and the Git server only"
}

# flux_objects ENVIRONMENT
flux_objects() {
  kube "$1" get kustomizations.kustomize.toolkit.fluxcd.io,helmreleases.helm.toolkit.fluxcd.io \
    --all-namespaces -o json 2>/dev/null
}

# units_ready ENVIRONMENT : whether every unit is Ready at the revision of the branch's tip
units_ready() {
  flux_objects "$1" | jq -e --arg tip "$(tip "$1")" '
    [.items[] | .metadata.generation as $generation
     | ((.status.conditions // [])
        | any(.type == "Ready" and .status == "True" and .observedGeneration == $generation))
       and ((.kind == "HelmRelease") or
            ((.status.lastAppliedRevision // "") | endswith($tip)))]
    | length >= 6 and all' >/dev/null
}

# not_reached ENVIRONMENT WHAT : ends with what the cluster and the agent say
not_reached() {
  printf '%s' "$erase"
  flux_objects "$1" | jq -r '.items[] | "  " + .kind + "/" + .metadata.name + ": " +
    ([.status.conditions // [] | .[] | .type + "=" + .status + " " + .reason + " " + .message]
     | join("; "))' >&2
  explain "$1" >&2 || true
  grep -E '"level":"(error|warning)"' "$dir/logs/agent-$1.log" | tail -n 5 | cut -c1-400 >&2 ||
    true
  fail "$2: not reached in $APPLY_SECONDS_MAX s"
}

# explain ENVIRONMENT
explain() {
  reconcile gate explain "$1" --kubeconfig "$dir/$1/cluster/kubeconfig" 2>&1 | sed 's/^/    /'
}
