# Sourced: what the quick start prints. Colours and moving progress only on a terminal.

if [[ -t 1 && ${TERM:-dumb} != dumb && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m' erase=$'\r\e[K'
  moving=yes
else
  bold='' green='' red='' dim='' plain='' erase='' moving=no
fi
children=()

heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
say() { printf '  %s\n' "$*"; }
say_done() { printf '  %s%9s%s  %s\n' "$green" "$1" "$plain" "$2"; }
say_failed() { printf '%s%sdeploy/quickstart: %s%s\n' "$erase" "$red" "$*" "$plain" >&2; }

# Microseconds of the wall clock.
now_us() { echo "${EPOCHREALTIME/[.,]/}"; }

# elapsed START_US : such as 0.42 s, or 12 ms below a tenth of a second
elapsed() {
  local us=$(($(now_us) - $1))
  if ((us < 100000)); then
    printf '%d.%d ms' $((us / 1000)) $((us % 1000 / 100))
  else
    printf '%d.%02d s' $((us / 1000000)) $((us % 1000000 / 10000))
  fi
}

# progress TEXT : one moving line
progress() {
  [[ $moving = no ]] || printf '%s  %s%s%s' "$erase" "$dim" "${1:0:90}" "$plain"
}

# in_background NAME COMMAND... : its output goes to logs/NAME.log; ended with this script.
in_background() {
  local name=$1
  shift
  setsid "$@" >"$dir/logs/$name.log" 2>&1 </dev/null {run_lock}>&- &
  background_pid=$!
  children+=("$background_pid")
}

# Each child leads a process group: the compilers that it started end with it.
end_children() {
  local child
  for child in "${children[@]}"; do
    kill -TERM -- "-$child" 2>/dev/null || true
  done
}

# wait_with_progress WHAT NAME PID : shows the last line of logs/NAME.log until PID ends.
wait_with_progress() {
  local what=$1 log=$dir/logs/$2.log pid=$3 started=$SECONDS
  [[ $moving = yes ]] || say "$what"
  while kill -0 "$pid" 2>/dev/null; do
    progress "$what, $((SECONDS - started)) s: $(tail -c 300 "$log" | tr '\r' '\n' | tail -n 1)"
    sleep 0.3
  done
  printf '%s' "$erase"
  wait "$pid" && return
  tail -n 20 "$log" | cut -c1-300 >&2
  fail "$what failed; all of its output is in $log"
}

# await SECONDS WHAT COMMAND... : polls until COMMAND succeeds.
await() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if ((SECONDS >= end)); then
      printf '%s' "$erase"
      return 1
    fi
    progress "$what"
    sleep 0.1
  done
  printf '%s' "$erase"
}
