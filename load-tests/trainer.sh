#!/usr/bin/env bash
# All tests of the trainer, losses and kill -9 included, in an environment of its own under target/ (PyTorch: 6 GB, minutes to install).
set -euo pipefail
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="$home/target/trainer-venv"
if [ ! -f "$venv/complete" ]; then
  mkdir -p "$home/target"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$home/trainer/requirements.txt" pytest==9.2.0
  touch "$venv/complete"
fi
cd "$home/trainer"
exec "$venv/bin/python" -m pytest -q "$@"
