# Sourced: the Git server with the sample monorepo, one branch for each environment, and the
# evidence repository, the only one that agents may write.

work_git() { git -C "$dir/git/work" "$@"; }

# make_keys : the root key and each environment's own signing key, made once
make_keys() {
  local environment key
  for environment in "${ENVIRONMENTS[@]}"; do
    new_key "$dir/$environment/signing.pem"
  done
  new_key "$dir/root.pem"
}

# new_key FILE : the public key goes to FILE.pub
new_key() {
  [[ ! -s $1 || ! -s $1.pub ]] || return 0
  rm -f "$1"
  reconcile gate keygen --out "$1" | sed -n 's/^public key: //p' >"$1.pub"
  [[ -s $1.pub ]] || fail "reconcile gate keygen failed"
}

# Both repositories begin anew in each run, and with them the agents.
prepare_repositories() {
  local environment started
  started=$(now_us)
  for environment in "${ENVIRONMENTS[@]}"; do
    stop_program "agent-$environment"
    rm -rf "$dir/$environment/data"
  done
  rm -rf "$dir"/git/served "$dir/git/work"
  git init -q --bare --initial-branch=dev "$dir/git/served/monorepo.git"
  git init -q --bare "$dir/git/served/evidence.git"
  git -C "$dir/git/served/evidence.git" config http.receivepack true
  git init -q --initial-branch=dev "$dir/git/work"
  work_git config user.name Platform
  work_git config user.email platform@example.com
  work_git remote add origin "$dir/git/served/monorepo.git"
  cp -R "$root/fixtures/monorepo/." "$dir/git/work"
  write_keys
  commit "The sample monorepo"
  cut_branch staging dev BANNER=staging
  cut_branch production staging PAGE_CACHE=on
  work_git push -q --all origin
  write_hooks
  say_done "$(elapsed "$started")" \
    "sample monorepo, branches ${ENVIRONMENTS[*]}: $dir/git/work"
}

# The policies trust the keys that were made here.
write_keys() {
  local environment
  for environment in "${ENVIRONMENTS[@]}"; do
    sed -i "s|PUBLIC-KEY-OF-${environment^^}|$(<"$dir/$environment/signing.pem.pub")|" \
      "$dir"/git/work/clusters/*/environment.yaml
  done
}

# cut_branch ENVIRONMENT FROM SETTING : with one commit of its own, in its overlay
cut_branch() {
  work_git checkout -q -b "$1" "$2"
  sed -i "s/^  - ENVIRONMENT=$1\$/&\n  - $3/" \
    "$dir/git/work/apps/overlays/$1/kustomization.yaml"
  commit "Set ${3%=*} in $1"
}

commit() {
  work_git add -A
  work_git commit -q -m "$1" || fail "nothing to commit for: $1"
}

# write_hooks : after a push the server calls the agents' webhooks, as a forge does
write_hooks() {
  local repository
  : >"$dir/git/webhooks"
  [[ -s $dir/git/webhook-token ]] || (umask 077 && openssl rand -hex 20 >"$dir/git/webhook-token")
  for repository in "$dir"/git/served/*.git; do
    printf '#!/bin/sh\nexec %q %q\n' "$root/deploy/local/call-webhooks" "$dir/git" \
      >"$repository/hooks/post-receive"
    chmod +x "$repository/hooks/post-receive"
  done
}

# push ENVIRONMENT : also where the branch was rebased
push() { work_git push -q --force-with-lease origin "$1"; }

# rebase ENVIRONMENT UPSTREAM : the branch's own commits follow upstream's tip
rebase() {
  work_git checkout -q "$1"
  work_git rebase -q "$2" >>"$dir/logs/rebase.log" 2>&1 || {
    work_git rebase --abort || true
    fail "git rebase $2 of branch $1 failed: $dir/logs/rebase.log"
  }
  push "$1"
}

# tip ENVIRONMENT : the commit that its branch is at
tip() { work_git rev-parse "$1"; }

git_port() { head -n 1 "$dir/logs/git-server.log" 2>/dev/null | grep -xE '[0-9]+'; }

start_git_server() {
  local started
  started=$(now_us)
  if ! pid_of "$dir" git-server >/dev/null; then
    rm -f "$dir/logs/git-server.log"
    write_command "$dir" git-server python3 -u "$root/test/support/git_http_server.py" \
      "$dir/git/served" "$dir/git/control" "$dir/logs/git-requests.log"
    start_program "$dir" git-server {run_lock}>&-
  fi
  await 10 "Starting the Git server" git_port >/dev/null || fail "the Git server did not start"
  repository=http://127.0.0.1:$(git_port)/monorepo.git
  evidence_repository=http://127.0.0.1:$(git_port)/evidence.git
  say_done "$(elapsed "$started")" "Git over HTTP: $repository"
}
