"""What simpler classifiers say of the same rows: python baselines.py --data ../../shared/data [--earlier FOLDER].

alt-profanity-check (PyPI), logistic regression on hashed word and character n-grams trained on the same rows, and an earlier classifier folder. Writes baselines.npz: by name a score
for each dev row, validation row and probe; .5 and more means flagged.
"""

import argparse
import json

import numpy as np
from profanity_check import predict_prob
from scipy.sparse import hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier

import export
from data import HEADS, rows
from model import tokenizer
from probes import probes
from scores import open_session

SEPARATOR = ' \u241e '


def features(some):
    text = [r[0][-200:] + SEPARATOR + r[1][:1500] for r in some]
    words = HashingVectorizer(n_features=2**18, ngram_range=(1, 2), alternate_sign=False)
    letters = HashingVectorizer(n_features=2**18, analyzer='char_wb', ngram_range=(3, 4), alternate_sign=False)
    return hstack([words.transform(text), letters.transform(text)]).tocsr()


def ngrams(train, some):
    """The highest of one logistic regression a head (those that act, in the roles they judge)."""
    seen, x = features(train), features(some)
    best = np.zeros(len(some))
    for head in (h for h in HEADS if not h.startswith('sensitive.')):
        at = [k for k, r in enumerate(train) if head in r[2]]
        y = np.array([train[k][2][head] for k in at])
        model = SGDClassifier(loss='log_loss', alpha=1e-6, max_iter=12, random_state=0, class_weight='balanced').fit(seen[at], y)
        judged = np.array([r[4] in export.ROLES.get(head, export.BOTH) for r in some])
        best = np.maximum(best, np.where(judged, model.predict_proba(x)[:, 1], 0))
    return best


def earlier(folder, some):
    spec = json.load(open(folder + '/classifier.json'))
    session, tok = open_session(folder + '/model.onnx'), tokenizer()
    turns, tokens = spec['context_turns'], spec['context_tokens']
    out = []
    for r in some:
        head = tok.encode(r[4] + ' :', add_special_tokens=False).ids
        head += tok.encode(r[0], add_special_tokens=False).ids[-tokens:] if r[0] and turns else []
        body = tok.encode(r[1][:3000], add_special_tokens=False).ids
        width = spec['max_length'] - 3 - len(head)
        starts = [0] if len(body) <= width else list(range(0, len(body) - width, width - spec['overlap'])) + [len(body) - width]
        best = 0.0
        for s in starts:
            ids = [101] + head + [102] + body[s : s + width] + [102]
            types = [0] * (len(head) + 2) + [1] * (len(ids) - len(head) - 2)
            feeds = {'input_ids': [ids], 'attention_mask': [[1] * len(ids)], 'token_type_ids': [types]}
            raw = session.run(['logits'], {k: np.array(v, np.int64) for k, v in feeds.items()})[0][0]
            by = {h['name']: 1 / (1 + np.exp(-(h['a'] * raw[h['output']] + h['b']))) for h in spec['heads']}
            best = max(best, max(by[n] for n in spec['unsafe'][r[4]]))
        out.append(best)
    return np.array(out)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    ap.add_argument('--earlier')
    a = ap.parse_args()
    train, dev = rows(a.data)
    some = dev + export.validation(a.data) + probes()
    out = {'apc': np.array(predict_prob([r[1] for r in some])), 'ngram': ngrams(train, some)}
    if a.earlier:
        out['earlier'] = earlier(a.earlier, some)
    np.savez_compressed('baselines.npz', **out)


if __name__ == '__main__':
    main()
