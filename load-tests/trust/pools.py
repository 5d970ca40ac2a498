"""Texts with labels (1: bad) as frozen sentence embeddings, in two pools that share no data set: `tune` and `report`.

Each pool has standard inputs (toxicity as people write it) and adversarial ones (hate that hides, sexism). The encoder is MiniLM-L6 (all-minilm-l6-v2, ONNX, uint8) from the jar that learning-service ships;
mean of the token vectors, unit length. Embeddings are cached; no text is kept. Needs numpy, onnxruntime and tokenizers.
"""

import csv
import gzip
import hashlib
import io
import json
import pathlib
import random
import sys
import zipfile

import numpy as np

POOLS = {'tune': {'standard': ['davidson'], 'adversarial': ['edos']}, 'report': {'standard': ['paradetox', 'surge'], 'adversarial': ['hatemoji', 'diasafety']}}
JARS = pathlib.Path(__file__).resolve().parents[2] / 'services/learning-service/target/quarkus-app/lib/main'
MOST = 2000  # texts of each class of a data set
TOKENS = 96


def rows(path, delimiter=','):
    opened = gzip.open(path, 'rt', encoding='utf-8') if path.suffix == '.gz' else open(path, encoding='utf-8')
    with opened as file:
        yield from csv.DictReader(io.StringIO(file.read()), delimiter=delimiter)


def davidson(data):
    return [(r['tweet'], int(r['class'] != '2')) for r in rows(data / 'davidson/labeled_data.csv')]


def edos(data):
    return [(r['text'], int(r['label_sexist'] == 'sexist')) for r in rows(data / 'edos/edos_labelled_aggregated.csv.gz')]


def paradetox(data):
    found = list(rows(data / 'paradetox/paradetox.tsv.gz', '\t'))
    half = len(found) // 2  # one side of a pair only: no text stands beside its twin
    return [(r['toxic'], 1) for r in found[:half]] + [(r['neutral1'], 0) for r in found[half:]]


def surge(data):
    return [(r['text'], int(r['is_toxic'] == 'Toxic')) for r in rows(data / 'surge-toxicity/toxicity_en.csv')]


def hatemoji(data):
    return [(r['text'], int(r['label_gold'])) for r in rows(data / 'hatemoji/HatemojiBuild-train.csv')]


def diasafety(data):
    return [(r['context'] + '\n' + r['response'], int(r['label'] == 'Unsafe')) for r in json.loads((data / 'diasafety/train.json').read_text(encoding='utf-8'))]


def sample(texts, name):
    """At most MOST of each class, each text once, in an order that the data set's name fixes."""
    unique = list(dict(reversed(texts)).items())
    rnd = random.Random(name)
    rnd.shuffle(unique)
    return [row for z in (0, 1) for row in [row for row in unique if row[1] == z][:MOST]]


class Encoder:
    def __init__(self, jar):
        import onnxruntime
        import tokenizers

        with zipfile.ZipFile(jar) as archive:
            self.session = onnxruntime.InferenceSession(archive.read('all-minilm-l6-v2-q.onnx'), providers=['CPUExecutionProvider'])
            self.tokenizer = tokenizers.Tokenizer.from_str(archive.read('all-minilm-l6-v2-q-tokenizer.json').decode())
        self.tokenizer.enable_truncation(TOKENS)
        self.tokenizer.no_padding()

    def embed(self, text):
        ids = np.array([self.tokenizer.encode(text).ids])
        out = self.session.run(None, {'input_ids': ids, 'attention_mask': np.ones_like(ids), 'token_type_ids': np.zeros_like(ids)})[0]
        mean = out[0].mean(0)
        return (mean / np.linalg.norm(mean)).astype(np.float32)


def find_jar():
    found = sorted(JARS.glob('*embeddings-all-minilm-l6-v2-q-*.jar'))
    if not found:
        sys.exit('no encoder: run ./heed build first, or name the jar with --encoder')
    return found[0]


def load(data, cache, encoder_jar=None):
    """{pool: {kind: (embeddings, labels)}}; makes and caches what is missing."""
    cache.mkdir(parents=True, exist_ok=True)
    encoder, pools = None, {}
    for pool, kinds in POOLS.items():
        pools[pool] = {}
        for kind, names in kinds.items():
            parts = []
            for name in names:
                texts = sample(globals()[name](data), name)
                digest = hashlib.sha256(json.dumps([MOST, TOKENS, texts]).encode()).hexdigest()[:16]
                path = cache / f'{name}-{digest}.npz'
                if not path.exists():
                    encoder = encoder or Encoder(encoder_jar or find_jar())
                    np.savez(path, x=np.stack([encoder.embed(text) for text, _ in texts]), z=np.array([z for _, z in texts]))
                    print(f'embedded {len(texts)} texts of {name}', file=sys.stderr)
                saved = np.load(path)
                parts.append((saved['x'], saved['z']))
            pools[pool][kind] = tuple(np.concatenate(part) for part in zip(*parts))
    return pools


if __name__ == '__main__':
    for pool, kinds in load(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])).items():
        print({pool: {kind: [len(z), int(z.sum())] for kind, (_, z) in kinds.items()}})
