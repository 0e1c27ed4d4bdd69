#!/usr/bin/env bash
# Makes bench/.venv, the Python environment of the bench, from bench/requirements.txt. If it is up to date, this does nothing
# and needs no network. PYTHON is the Python to use (3.11 or later).
set -euo pipefail
cd "$(dirname "$0")"

python="${PYTHON:-python3}"
stamp=.venv/made-from

if ! command -v "$python" >/dev/null || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Cannot make bench/.venv: \"$python\" is not Python 3.11 or later ($("$python" --version 2>&1 || true)). Set PYTHON to one." >&2
  exit 2
fi

# With another Python, or in a moved folder, an old environment does not start.
wanted="$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open("requirements.txt", "rb").read()).hexdigest(), sys.version_info[:2], sys.argv[1])' "$PWD")"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c ''; then exit 0; fi

echo 'Making bench/.venv from bench/requirements.txt'
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
# Written last, so that an interrupted install is repeated.
echo "$wanted" >"$stamp"
