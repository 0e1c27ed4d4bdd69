#!/usr/bin/env bash
# Makes the Python that the full tests need: .venv from test/full/requirements.txt, and .venv-checkov, apart because
# checkov wants older versions, from test/full/checkov-requirements.txt. What is already made from these very files is
# left alone and needs no network. PYTHON names the Python to make it with (3.11 or later).
set -euo pipefail
cd "$(dirname "$0")/.."

python="${PYTHON:-python3}"

if ! command -v "$python" >/dev/null || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Cannot make .venv: expected Python 3.11 or later as \"$python\" (set PYTHON), received $("$python" --version 2>&1 || true)" >&2
  exit 2
fi

# make_env <folder> <requirements>
make_env() {
  local folder="$1" requirements="$2" stamp="$1/made-from" wanted
  # Another Python, or the folder moved, leaves an environment that looks whole and does not start.
  wanted="$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest(), sys.version_info[:2], sys.argv[2])' "$requirements" "$PWD")"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$folder/bin/python" -c ''; then return; fi

  echo "Making $folder from $requirements"
  rm -rf "$folder"
  "$python" -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  # Last, so that an install that was cut short is made again.
  echo "$wanted" >"$stamp"
}

make_env .venv test/full/requirements.txt
make_env .venv-checkov test/full/checkov-requirements.txt
