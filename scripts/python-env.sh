#!/usr/bin/env bash
# Makes the Python environments of the full tests: .venv from test/full/requirements.txt, and .venv-checkov from
# test/full/checkov-requirements.txt, because checkov needs older versions. An environment that is up to date is kept and
# needs no network. PYTHON is the Python to use (3.11 or later).
set -euo pipefail
cd "$(dirname "$0")/.."

python="${PYTHON:-python3}"

if ! command -v "$python" >/dev/null || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Cannot make .venv: \"$python\" is not Python 3.11 or later ($("$python" --version 2>&1 || true)). Set PYTHON to one." >&2
  exit 2
fi

# make_env <folder> <requirements>
make_env() {
  local folder="$1" requirements="$2" stamp="$1/made-from" wanted
  # With another Python, or in a moved folder, an old environment does not start.
  wanted="$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest(), sys.version_info[:2], sys.argv[2])' "$requirements" "$PWD")"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$folder/bin/python" -c ''; then return; fi

  echo "Making $folder from $requirements"
  rm -rf "$folder"
  "$python" -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  # Written last, so that an interrupted install is repeated.
  echo "$wanted" >"$stamp"
}

make_env .venv test/full/requirements.txt
make_env .venv-checkov test/full/checkov-requirements.txt
