#!/bin/sh
# Pin every package with its hashes: requirements*.in → requirements*.txt, for every platform and Python ≥ 3.11.
#   sh scripts/lock.sh             keep what is pinned unless the .in files ask otherwise
#   sh scripts/lock.sh --upgrade   take the newest of everything
set -eu
cd -- "$(dirname -- "$0")/.."
. ./setup.sh
find_python || { say "Python 3.11 or later, with venv, is needed."; exit 1; }
TOOLS=$(mktemp -d)
trap 'rm -rf "$TOOLS"' EXIT
"$PYTHON" -m venv "$TOOLS"
"$TOOLS/bin/pip" --disable-pip-version-check --quiet install uv==0.13.9
for name in requirements requirements-embedder requirements-dev; do
    "$TOOLS/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --custom-compile-command "sh scripts/lock.sh" "$@" -o $name.txt $name.in
done
