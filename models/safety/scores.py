"""Scores of texts by Python, for the test that Java gives the same: python scores.py classifier < texts.jsonl > scored.jsonl

Needs numpy, onnxruntime (the version that the Java service carries: int8 scores differ by up to .013 between versions, and between kinds of processor) and tokenizers.
"""

import json
import sys

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from inputs import windows


def open_session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(path, options)


def load_tokenizer(path):
    tok = Tokenizer.from_file(path)
    tok.no_truncation()
    tok.no_padding()
    return tok


def logits(session, tok, context, text, role):
    """The largest logit of each head over the windows."""
    runs = []
    for ids, types in windows(tok, context, text, role):
        feeds = {'input_ids': [ids], 'attention_mask': [[1] * len(ids)], 'token_type_ids': [types]}
        runs.append(session.run(['logits'], {k: np.array(v, np.int64) for k, v in feeds.items()})[0][0])
    return np.max(runs, 0)


def scores(session, tok, heads, context, text, role):
    raw = logits(session, tok, context, text, role)
    return {h['name']: float(1 / (1 + np.exp(-(h['a'] * raw[h['output']] + h['b'])))) for h in heads if role in h['roles']}


def main(folder):
    session, tok = open_session(folder + '/model.onnx'), load_tokenizer(folder + '/tokenizer.json')
    heads = json.load(open(folder + '/classifier.json'))['heads']
    for line in sys.stdin:
        r = json.loads(line)
        print(json.dumps(r | {'scores': scores(session, tok, heads, r['context'], r['text'], r['role'])}))


if __name__ == '__main__':
    main(sys.argv[1])
