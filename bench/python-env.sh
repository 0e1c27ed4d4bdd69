#!/usr/bin/env bash
# Makes bench/.venv, the Python of the bench, from bench/requirements.txt. Where it is already made from this very file it
# does nothing and needs no network. PYTHON names the Python to make it with (3.11 or later).
set -euo pipefail
cd "$(dirname "$0")"

python="${PYTHON:-python3}"
stamp=.venv/made-from

if ! command -v "$python" >/dev/null || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Cannot make bench/.venv: expected Python 3.11 or later as \"$python\" (set PYTHON), received $("$python" --version 2>&1 || true)" >&2
  exit 2
fi

# Another Python, or the folder moved, leaves an environment that looks whole and does not start.
wanted="$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open("requirements.txt", "rb").read()).hexdigest(), sys.version_info[:2], sys.argv[1])' "$PWD")"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c ''; then exit 0; fi

echo 'Making bench/.venv from bench/requirements.txt'
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
# Last, so that an install that was cut short is made again.
echo "$wanted" >"$stamp"
