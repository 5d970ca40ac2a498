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
from evaluate import scored
from model import tokenizer
from probes import probes
from scores import logits, open_session

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
    """The highest of the heads that make up another version's overall score."""
    spec, session, tok = json.load(open(folder + '/classifier.json')), open_session(folder + '/model.onnx'), tokenizer()
    _, unsafe, _ = scored(spec, some, np.array([logits(session, tok, [r[0]] if r[0] else [], r[1][:3000], r[4]) for r in some]))
    return unsafe


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
