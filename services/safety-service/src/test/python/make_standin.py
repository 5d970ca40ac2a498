"""Makes the stand-in classifier of the tests: a few kilobytes, random weights, the format of the real one. It knows nothing.

usage: make_standin.py FOLDER        (needs onnx, onnxruntime, tokenizers, numpy)
The embedding of the word "broken" is not a number, so that a test sees what a damaged network does.
"""
import hashlib, json, pathlib, string, sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

sys.path.insert(0, str(pathlib.Path(__file__).parents[5] / "models" / "safety"))
from emoji_names import plain

HEADS = ["hate", "harm_request", "unsafe_reply"]
WIDTH = 8


def tokenizer():
    words = "user bot the a you i to how make kill hello good day broken cake river story".split()
    pieces = list(string.ascii_lowercase + string.digits + string.punctuation)
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + pieces + ["##" + p for p in pieces] + words
    tok = Tokenizer(models.WordPiece({w: i for i, w in enumerate(dict.fromkeys(vocab))}, unk_token="[UNK]", max_input_chars_per_word=100))
    tok.normalizer = normalizers.BertNormalizer(lowercase=True)
    tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tok


def network(tok):
    rnd = np.random.default_rng(7)
    table = rnd.normal(size=(tok.get_vocab_size(), WIDTH)).astype(np.float32)
    table[tok.token_to_id("broken")] = np.nan
    weights = {"table": table, "types": rnd.normal(size=(2, WIDTH)).astype(np.float32),
               "out": rnd.normal(scale=2, size=(WIDTH, len(HEADS))).astype(np.float32), "axis": np.array([1], np.int64), "last": np.array([2], np.int64)}
    node = helper.make_node
    nodes = [node("Gather", ["table", "input_ids"], ["words"]), node("Gather", ["types", "token_type_ids"], ["segments"]), node("Add", ["words", "segments"], ["sum"]),
             node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT), node("Unsqueeze", ["mask", "last"], ["mask3"]), node("Mul", ["sum", "mask3"], ["seen"]),
             node("ReduceSum", ["seen", "axis"], ["total"], keepdims=0), node("ReduceSum", ["mask", "axis"], ["count"], keepdims=1), node("Div", ["total", "count"], ["mean"]),
             node("MatMul", ["mean", "out"], ["logits"])]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "seq"]) for n in ("input_ids", "attention_mask", "token_type_ids")]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(HEADS)])]
    graph = helper.make_graph(nodes, "standin", inputs, outputs, [numpy_helper.from_array(v, k) for k, v in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def windows(tok, ctx, text, role, cfg):
    a = tok.encode(role + " :", add_special_tokens=False).ids
    if ctx:
        a += tok.encode(plain(" | ".join(ctx[-cfg["context_turns"]:])), add_special_tokens=False).ids[-cfg["context_tokens"]:]
    b = tok.encode(plain(text), add_special_tokens=False).ids
    room = cfg["max_length"] - 3 - len(a)
    starts = [0] if len(b) <= room else list(range(0, len(b) - room, room - cfg["overlap"])) + [len(b) - room]
    return [([cfg["cls"]] + a + [cfg["sep"]] + b[s:s + room] + [cfg["sep"]], [0] * (len(a) + 2) + [1] * (len(b[s:s + room]) + 1)) for s in starts]


def score(session, tok, row, cfg):
    best = {}
    for ids, types in windows(tok, row["context"], row["text"], row["role"], cfg):
        feed = {"input_ids": [ids], "attention_mask": [[1] * len(ids)], "token_type_ids": [types]}
        logits = session.run(["logits"], {k: np.array(v, np.int64) for k, v in feed.items()})[0][0]
        for head in cfg["heads"]:
            if row["role"] in head["roles"]:
                value = 1 / (1 + np.exp(-(head["a"] * float(logits[head["output"]]) + head["b"])))
                best[head["name"]] = max(best.get(head["name"], 0), round(float(value), 7))
    return best


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tok = tokenizer()
    tok.save(str(folder / "tokenizer.json"))
    onnx.save(network(tok), str(folder / "model.onnx"))
    cfg = {"format": 1, "version": "standin-1", "sha256": {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in ("model.onnx", "tokenizer.json")},
           "max_length": 64, "context_turns": 2, "context_tokens": 12, "overlap": 8, "cls": tok.token_to_id("[CLS]"), "sep": tok.token_to_id("[SEP]"), "pad": 0,
           "heads": [{"name": n, "output": i, "a": 1.1, "b": -0.2, "roles": ["bot"] if n == "unsafe_reply" else ["user", "bot"]} for i, n in enumerate(HEADS)],
           "unsafe": {"user": HEADS[:2], "bot": HEADS}}
    (folder / "classifier.json").write_text(json.dumps(cfg, indent=1) + "\n")
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"))
    rnd = np.random.default_rng(11)
    pieces = ["Hello", "good day", "how to make a cake", "the river", "naïve café", "日本語", "x1!", "a story,", "\u200b", "KILL", "é", "😀", "don't", "\t", "story" * 3]
    with open(folder / "parity.jsonl", "w") as out:
        for i in range(200):
            text = " ".join(rnd.choice(pieces, rnd.integers(1, 60)))
            context = [" ".join(rnd.choice(pieces, 6)) for _ in range(rnd.integers(0, 4))]
            row = {"id": str(i), "context": context, "text": text, "role": ["user", "bot"][i % 2]}
            out.write(json.dumps(row | {"scores": score(session, tok, row, cfg)}) + "\n")


main(sys.argv[1])
