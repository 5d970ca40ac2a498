#!/usr/bin/env bash
# All tests of the trainer, losses and kill -9 included, in its own environment (PyTorch: 6 GB, minutes to install).
set -euo pipefail
home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
"$home/heed" trainer install
cd "$home/trainer"
exec "$home/target/trainer-venv/bin/python" -m pytest -q "$@"
