"""onnxruntime-genai's own runtime on a folder that Heed imported (--cache float32): prompt and decoding speed, one JSON line a number of streams.

usage: genai.py MODEL_DIR [--threads 1] [--streams 1,8,16] [--prompt-tokens 256] [--tokens 64]        Needs: onnxruntime-genai, numpy.
"""

import argparse
import json
import os
import pathlib
import tempfile
import time

import numpy as np
import onnxruntime_genai as og


def with_threads(folder, threads, work):
    """The same folder with a number of threads in its configuration."""
    for file in folder.iterdir():
        if file.name != "genai_config.json":
            os.symlink(file.resolve(), work / file.name)
    config = json.loads((folder / "genai_config.json").read_text())
    config["model"]["decoder"]["session_options"] = {"intra_op_num_threads": threads, "provider_options": []}
    (work / "genai_config.json").write_text(json.dumps(config))
    return work


def run(model, vocabulary, streams, prompt, tokens):
    params = og.GeneratorParams(model)
    params.set_search_options(max_length=prompt + tokens, min_length=prompt + tokens, batch_size=streams, do_sample=False)
    generator = og.Generator(model, params)
    ids = np.random.default_rng(streams).integers(100, vocabulary, (streams, prompt)).astype(np.int32)
    began = time.perf_counter()
    generator.append_tokens(ids)
    generator.generate_next_token()
    filled = time.perf_counter()
    for _ in range(tokens - 1):
        generator.generate_next_token()
    end = time.perf_counter()
    return streams * prompt / (filled - began), streams * (tokens - 1) / (end - filled)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--streams", default="1,8,16")
    parser.add_argument("--prompt-tokens", type=int, default=256)
    parser.add_argument("--tokens", type=int, default=64)
    given = parser.parse_args()
    vocabulary = json.loads((given.model / "genai_config.json").read_text())["model"]["vocab_size"]
    with tempfile.TemporaryDirectory() as work:
        model = og.Model(str(with_threads(given.model, given.threads, pathlib.Path(work))))
        run(model, vocabulary, 1, given.prompt_tokens, 4)
        for streams in (int(s) for s in given.streams.split(",")):
            prefill, decode = run(model, vocabulary, streams, given.prompt_tokens, given.tokens)
            print(json.dumps({"peer": "onnxruntime-genai", "streams": streams, "prefill_tokens_per_second": round(prefill, 2),
                              "decode_tokens_per_second": round(decode, 2)}), flush=True)


if __name__ == "__main__":
    main()
