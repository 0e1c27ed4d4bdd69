#!/usr/bin/env bash
# Makes .venv, the Python that the full tests need, from test/full/requirements.txt. Where it is already made from this
# very file it does nothing and needs no network. PYTHON names the Python to make it with (3.11 or later).
set -euo pipefail
cd "$(dirname "$0")/.."

python="${PYTHON:-python3}"
requirements=test/full/requirements.txt
stamp=.venv/made-from

if ! command -v "$python" >/dev/null || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Cannot make .venv: expected Python 3.11 or later as \"$python\" (set PYTHON), received $("$python" --version 2>&1 || true)" >&2
  exit 2
fi

# Another Python, or the folder moved, leaves an environment that looks whole and does not start.
wanted="$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest(), sys.version_info[:2], sys.argv[2])' "$requirements" "$PWD")"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c ''; then exit 0; fi

echo "Making .venv from $requirements"
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
# Last, so that an install that was cut short is made again.
echo "$wanted" >"$stamp"
