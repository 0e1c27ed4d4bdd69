#!/usr/bin/env bash
# Packs keysweep, installs the tarball in an empty folder as a user would, and runs the demo there.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="$(mktemp -d)"
# A Node that the package supports; the machine may have an older one.
export PATH="$PWD/node_modules/.bin:$PATH"
trap 'rm -rf "$folder"' EXIT

npm pack --silent --pack-destination "$folder" >/dev/null
cd "$folder"
npm init --yes >/dev/null
npm install --no-audit --no-fund --loglevel=error ./keysweep-*.tgz
npx --no-install keysweep --version
npx --no-install keysweep completion bash | bash -n
test -f node_modules/keysweep/docs/json/record.schema.json
npx --no-install keysweep demo --json >record.json
node -e '
  const { status, counts } = JSON.parse(require("node:fs").readFileSync("record.json", "utf8"))
  console.log(`as installed: ${status}, ${counts.deactivated} keys`)
  if (status !== "deactivated" || counts.deactivated === 0) process.exit(1)
'
