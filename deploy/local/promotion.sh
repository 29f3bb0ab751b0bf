# Sourced: shows how a change goes from dev to production, and how a bad one does not. Each branch
# is rebased on the one before by plain Git; whether its tip runs is the cluster's own decision.

readonly OLD_TAG=1.5.0-rc.2 NEW_TAG=1.5.0 BROKEN_TAG=1.6.0-broken

# environment_status ENVIRONMENT FILTER : as jq -r of the Environment's status
environment_status() {
  kube "$1" get environments.gates.reconcile.dev "$1" -o json 2>/dev/null |
    jq -er --arg tip "$(tip "$1")" ".status // {} | $2"
}
is_admitted() { environment_status "$1" '.admitted == $tip' >/dev/null; }
# Held by what upstream says of this commit; before its first word the answer is NotProven.
is_held() {
  environment_status "$1" '.tip == $tip and .admitted != $tip and
    any(.conditions[]; .type == "Held" and .status == "True" and .reason != "NotProven")' \
    >/dev/null
}

is_decided() { is_held "$1" || is_admitted "$1"; }

# explains ENVIRONMENT REASON : whether the answer names a reason such as UpstreamNotHealthy
explains() {
  environment_status "$1" "[.decision.skipped[]?.units[]?.reason] | any(. == \"$2\")" >/dev/null
}

# roll_out TAG MESSAGE : the version stands in apps/base, which all environments read
roll_out() {
  work_git checkout -q dev
  sed -i "/shop\/frontend/{n;s/newTag: .*/newTag: $1/}" \
    "$dir/git/work/apps/base/kustomization.yaml"
  commit "$2"
  push dev
}

tour_commit() {
  local started
  started=$(now_us)
  roll_out "$NEW_TAG" "Roll out frontend $NEW_TAG"
  new_commit=$(tip dev)
  await "$APPLY_SECONDS_MAX" "Rolling out" frontend_is dev "$NEW_TAG" ||
    not_reached dev "the commit"
  say_done "$(elapsed "$started")" "dev: commit pushed, fetched and applied; frontend $NEW_TAG"
}

# tour_promote ENVIRONMENT UPSTREAM TAG
tour_promote() {
  local started
  rebase "$1" "$2"
  started=$(now_us)
  show_hold "$1" "$started"
  await "$APPLY_SECONDS_MAX" "Waiting until $2 has proven it" is_admitted "$1" ||
    not_reached "$1" "the admission"
  say_done "$(elapsed "$started")" "$1: admitted; $(admission "$1")"
  await "$APPLY_SECONDS_MAX" "Applying in $1" frontend_is "$1" "$3" ||
    not_reached "$1" "the promotion"
  say_done "$(elapsed "$started")" "$1: rebased on $2 and applied; frontend $3"
}

# show_hold ENVIRONMENT STARTED
show_hold() {
  await "$APPLY_SECONDS_MAX" "Waiting for the gate of $1" is_decided "$1" ||
    not_reached "$1" "the hold"
  is_held "$1" || return 0 # a slow machine: proven before anybody looked
  say_done "$(elapsed "$2")" "$1: rebased and held. reconcile gate explain $1:"
  explain "$1"
}

# admission ENVIRONMENT : why its tip was let in, as its agent says
admission() {
  jq -r --arg tip "$(tip "$1")" \
    'select(.msg == "Commit admitted" and .commit == $tip) | .note' "$dir/logs/agent-$1.log" |
    tail -n 1
}

dev_has_failed() {
  kube dev get kustomization apps --namespace="$AGENT_NAMESPACE" -o json |
    jq -e '.status.conditions[] | select(.type == "Ready" and .status == "False")
      | .reason == "HealthCheckFailed"' >/dev/null
}

tour_broken() {
  local started
  started=$(now_us)
  roll_out "$BROKEN_TAG" "Roll out frontend $BROKEN_TAG"
  rebase staging dev
  await "$APPLY_SECONDS_MAX" "The pods of frontend $BROKEN_TAG never become ready" \
    dev_has_failed || not_reached dev "the failure in dev"
  say_done "$(elapsed "$started")" "dev: frontend $BROKEN_TAG never became ready"
  await "$APPLY_SECONDS_MAX" "Waiting for dev's evidence" explains staging UpstreamNotHealthy ||
    not_reached staging "the reason of the hold"
  show_hold staging "$started"
  frontend_is staging "$NEW_TAG" || fail "expected frontend $NEW_TAG in staging"
  tour_drift staging "$NEW_TAG"
}

tour_repair() {
  local started
  work_git checkout -q dev
  started=$(now_us)
  work_git revert --no-edit HEAD >/dev/null
  push dev
  await "$APPLY_SECONDS_MAX" "Reverting in dev" frontend_is dev "$NEW_TAG" ||
    not_reached dev "the revert"
  say_done "$(elapsed "$started")" "dev: git revert applied; frontend $NEW_TAG"
  rebase staging dev
  await "$APPLY_SECONDS_MAX" "Waiting until dev has proven it" is_admitted staging ||
    not_reached staging "the admission of the repair"
  say_done "$(elapsed "$started")" "staging: rebased on the repair and admitted"
}

# What ran in production before needs no proof from anybody else.
tour_incident() {
  local started
  work_git checkout -q production
  work_git revert --no-edit "$new_commit" >/dev/null
  push production
  started=$(now_us)
  await "$APPLY_SECONDS_MAX" "Reverting in production" frontend_is production "$OLD_TAG" ||
    not_reached production "the revert"
  say_done "$(elapsed "$started")" \
    "production: git revert of $NEW_TAG admitted at once; $(admission production)"
}
