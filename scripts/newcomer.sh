#!/usr/bin/env bash
# What somebody types in the first minutes, in a bare clone: with the Node of the machine, without an AWS account and without
# any state of keysweep. Every line must end as it should and say what it should.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
for name in "${!AWS_@}" "${!KEYSWEEP_@}"; do unset "$name"; done
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE="$folder/none" AWS_SHARED_CREDENTIALS_FILE="$folder/none"
export XDG_STATE_HOME="$folder/state" NO_COLOR=1

git clone --quiet --bare . "$folder/bare.git"
git clone --quiet "$folder/bare.git" "$folder/keysweep"
cd "$folder/keysweep"

# expect <exit code> <what it says, as a regular expression> <command...>
expect() {
  local code=0
  "${@:3}" >"$folder/said" 2>&1 </dev/null || code=$?
  if [ "$code" -eq "$1" ] && grep -qE -- "$2" "$folder/said"; then
    echo "newcomer: ${*:3}: ${1}"
    return
  fi
  echo "newcomer: ${*:3}: expected exit code $1 and \"$2\", received $code and:"
  cat "$folder/said"
  exit 1
}

# one_line: what was said last is one line, and no stack.
one_line() {
  if [ "$(wc -l <"$folder/said")" -eq 1 ]; then return; fi
  echo 'newcomer: expected one line, received:'
  cat "$folder/said"
  exit 1
}

# no_warning: npm warned of nothing. Without .npmrc, an older Node gives hundreds of lines.
no_warning() {
  if ! grep -q 'npm warn' "$folder/said"; then return; fi
  echo 'newcomer: expected no warning of npm, received:'
  cat "$folder/said"
  exit 1
}

keysweep=(npm run -s keysweep --)

expect 2 'npm ci' "${keysweep[@]}" run
one_line
expect 0 'added [0-9]+ packages' npm ci --no-audit --no-fund
no_warning

# The Node of the machine may be too old for the sources; npm scripts use the one that npm ci has installed.
if ! node -e 'process.exit(process.features.typescript ? 0 : 1)'; then
  expect 2 "Node $(node --version) cannot run" node cli/start.js run
  one_line
fi

expect 0 'keys deactivated' npm start
expect 0 '^Examples:' "${keysweep[@]}" --help
expect 0 'deactivated' "${keysweep[@]}" show --store .keysweep/demo
npm run -s keysweep -- show --store .keysweep/demo --json >"$folder/runs"
run="$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))[0].runId' "$folder/runs")"
expect 0 "$run" "${keysweep[@]}" show "$run" --store .keysweep/demo
npm run -s keysweep -- show "$run" --store .keysweep/demo --json >"$folder/record"
user="$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).keys.find(({ outcome }) => outcome === "deactivated").user' "$folder/record")"
expect 0 "by run $run|$run" "${keysweep[@]}" show "$user" --store .keysweep/demo

# Without a Region, and then without credentials: one line that says what to do.
expect 1 'AWS_REGION' "${keysweep[@]}" run
one_line
expect 1 'aws login' "${keysweep[@]}" run --region us-east-1
one_line
expect 2 '--yes' "${keysweep[@]}" run --apply
one_line
expect 2 'Did you mean run' "${keysweep[@]}" rnu

expect 0 'The settings are valid' "${keysweep[@]}" validate
expect 0 'No run is open' "${keysweep[@]}" stop --yes
for shell in bash zsh fish; do
  expect 0 'keysweep' "${keysweep[@]}" completion "$shell"
  if command -v "$shell" >/dev/null; then "$shell" -n "$folder/said"; fi
done
