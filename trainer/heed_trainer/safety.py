"""The safety classifier's next version from contested and reviewed replies: each head's calibration moves, the network stays.

A row says something of safety when its reasons do. Unsafe rows speak for the head that is nearest to a hit, safe ones for every head that acts on replies.
A head moves by a' and b' of s(a' (a z + b) + b'), held at (1, 0) by as much as PRIOR_ROWS rows would, within bounds: a few wrong reviews cannot switch a head off.
"""

import json
import os
import shutil
import unicodedata

import numpy as np

from heed_trainer import measures
from heed_trainer.errors import TrainerError
from heed_trainer.rows import belief, need
from heed_trainer.tokens import load_tokenizer

UNSAFE_REASONS = {'rude', 'inappropriate', 'unsafe'}
SAFE_REASONS = {'contested', 'safe', 'reviewed'}
LEAST_ROWS, PRIOR_ROWS = 20, 50
MOST_SHIFT, SLOPES = 2.0, (0.5, 2.0)
LOOKS = {0xFE0F, 0x200D, 0x20E3} | set(range(0x1F3FB, 0x1F400))


def plain(text):
    """Emoji become their Unicode names, as Emoji.java of safety-service does it."""
    out = []
    for c in text:
        code = ord(c)
        if 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or 0x2B00 <= code <= 0x2BFF:
            out.append('' if code in LOOKS else ' ' + unicodedata.name(c, 'SYMBOL').lower().replace('-', ' ') + ' ')
        elif code not in LOOKS:
            out.append(c)
    return ''.join(out)


class Classifier:
    """A classifier's folder (format 1) and its raw logits, by ONNX Runtime."""

    def __init__(self, folder, threads=1):
        import onnxruntime as ort

        self.folder = folder
        try:
            with open(os.path.join(folder, 'classifier.json')) as file:
                self.spec = json.load(file)
            options = ort.SessionOptions()
            options.intra_op_num_threads = threads
            self._session = ort.InferenceSession(os.path.join(folder, 'model.onnx'), options)
        except (OSError, ValueError):
            raise TrainerError('no_model', 'the folder of --classifier holds no safety classifier') from None
        if self.spec.get('format') != 1:
            raise TrainerError('no_model', 'the classifier is not of format 1')
        self._tokenizer = load_tokenizer(folder)

    def _encode(self, text):
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def windows(self, context, text, role):
        """(ids, token types) of one or more windows."""
        spec = self.spec
        a = self._encode(role + ' :')
        if context:
            a += self._encode(plain(' | '.join(context[-spec['context_turns'] :])))[-spec['context_tokens'] :]
        b = self._encode(plain(text))
        width = spec['max_length'] - 3 - len(a)
        starts = [0] if len(b) <= width else [*range(0, len(b) - width, width - spec['overlap']), len(b) - width]
        for s in starts:
            part = b[s : s + width]
            yield [spec['cls'], *a, spec['sep'], *part, spec['sep']], [0] * (len(a) + 2) + [1] * (len(part) + 1)

    def logits(self, context, text, role='bot'):
        """The largest raw logit of each output over the windows."""
        best = None
        for ids, types in self.windows(context, text, role):
            feeds = {'input_ids': [ids], 'attention_mask': [[1] * len(ids)], 'token_type_ids': [types]}
            raw = self._session.run(['logits'], {k: np.array(v, np.int64) for k, v in feeds.items()})[0][0]
            best = raw if best is None else np.maximum(best, raw)
        return best


def says(row):
    """Whether a row says that its reply is unsafe (1), safe (0), or nothing of safety (None)."""
    reasons = {r.lower() for r in row.reasons}
    if row.label == 'bad' and reasons & UNSAFE_REASONS:
        return 1
    if row.label == 'good' and reasons & (SAFE_REASONS | UNSAFE_REASONS):
        return 0
    return None


def train(options, rows, run, _language=None):
    """Moves the heads that act on replies and writes the whole folder anew."""
    classifier = Classifier(options.classifier or '')
    heads = [h for h in classifier.spec['heads'] if h['name'] in classifier.spec['unsafe']['bot']]
    kept = [r for r in rows if says(r) is not None]
    need([r for r in kept if r.split == 'train'], LEAST_ROWS, 'rows that say something of safety')

    def odds(row):
        run.check_memory()
        raw = classifier.logits([text for _, text in row.context], row.reply)
        return [float(h['a'] * raw[h['output']] + h['b']) for h in heads]

    parts = {}
    for split in ('train', 'dev', 'test'):
        chosen = [r for r in kept if r.split == split]
        values = run.memo(f'safety-{split}', lambda chosen=chosen: [odds(r) for r in chosen])
        parts[split] = (np.array(values).reshape(-1, len(heads)), *_labels(chosen, options.labels))
    moves = [correction(*head_rows(*parts['train'], i)) for i in range(len(heads))]
    metrics = {'rows': len(parts['train'][0]), 'heads_moved': sum(m != (1.0, 0.0) for m in moves), 'complete': True}
    for split in ('dev', 'test'):
        metrics |= _measure(split, parts[split], moves)
    return measures.rounded(metrics), lambda out: _write(classifier, heads, moves, metrics, run, out)


def _labels(rows, labels):
    """(unsafe, weight): belief() speaks of the label's being right, which here is says()."""
    unsafe, weights = [], []
    for row in rows:
        good, weight = belief(row, labels)
        unsafe.append(1.0 - good)
        weights.append(weight)
    return np.array(unsafe), np.array(weights)


def head_rows(odds, unsafe, weights, head):
    """The rows that speak for a head: (log-odds, unsafe, weights)."""
    mine = (unsafe < 0.5) | (odds.argmax(1) == head)
    return odds[mine, head], unsafe[mine], weights[mine]


def correction(odds, unsafe, weights):
    """(a', b') of one head; (1, 0) where nothing speaks for it."""
    if weights.sum() <= 0:
        return 1.0, 0.0
    a, b = measures.platt(odds, unsafe, weights, ridge=PRIOR_ROWS / float(weights.sum()) / 4)
    return min(max(a, SLOPES[0]), SLOPES[1]), min(max(b, -MOST_SHIFT), MOST_SHIFT)


def _overall(odds, moves):
    moved = odds * np.array([a for a, _ in moves]) + np.array([b for _, b in moves])
    return 1 / (1 + np.exp(-moved.max(1)))


def _measure(split, part, moves):
    odds, unsafe, weights = part
    out = {f'{split}_rows': len(odds)}
    if not len(odds) or weights.sum() <= 0:
        return out
    for name, p in (('before', _overall(odds, [(1.0, 0.0)] * odds.shape[1])), ('after', _overall(odds, moves))):
        out[f'{split}_log_loss_{name}'] = measures.log_loss(p, unsafe, weights)
        for what, side in (('false_alarms', unsafe < 0.5), ('missed', unsafe >= 0.5)):
            if weights[side].sum() > 0:
                wrong = (p >= 0.5) if what == 'false_alarms' else (p < 0.5)
                out[f'{split}_{what}_{name}'] = float(np.average(wrong[side], weights=weights[side]))
    return out


def _write(classifier, heads, moves, _metrics, run, out):
    spec = json.loads(json.dumps(classifier.spec))
    by_name = {h['name']: move for h, move in zip(heads, moves, strict=True)}
    for head in spec['heads']:
        a, b = by_name.get(head['name'], (1.0, 0.0))
        head['a'], head['b'] = round(a * head['a'], 4), round(a * head['b'] + b, 4)
    spec['version'] = f'{spec["version"]}+{json.loads(run.identity)["rows_sha256"][:8]}'
    for name in ('model.onnx', 'tokenizer.json'):
        shutil.copyfile(os.path.join(classifier.folder, name), os.path.join(out, name))
    with open(os.path.join(out, 'classifier.json'), 'w') as file:
        json.dump(spec, file, indent=1)
