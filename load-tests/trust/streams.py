"""Runs many streams through one ./heed trust (--batch): a list of events each, with or without reviews."""

import json
import os
import pathlib
import subprocess
import tempfile

HEED = os.environ.get('HEED', str(pathlib.Path(__file__).resolve().parents[2] / 'heed'))


def dump(path, rows):
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')


def run(streams, options=()):
    """streams: (events, oracle or None) each; gives the lines of output of each, as objects."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for n, (events, oracle) in enumerate(streams):
            dump(folder / f'{n:06}.jsonl', events)
            if oracle:
                dump(folder / f'{n:06}.oracle', [{'item': i, 'label': z} for i, z in oracle.items()])
        subprocess.run([HEED, 'trust', '--batch', str(folder), *options], check=True)
        return [[json.loads(line) for line in open(folder / f'{n:06}.out', encoding='utf-8')] for n in range(len(streams))]
