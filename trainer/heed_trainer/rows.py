"""Training rows as learning-service writes them (`./heed data export --format weighted`): JSON Lines, one rated reply a line."""

import hashlib
import json
from dataclasses import dataclass

from heed_trainer.errors import TrainerError

ROLES = ('user', 'assistant', 'system')
SPLITS = ('train', 'dev', 'test')
RUDE = 'RUDE'  # the reason of a thumb down
MAX_LINE = 1 << 20  # bytes


@dataclass(frozen=True)
class Row:
    """A rated reply. context: (role, text) pairs, oldest first. p_right: that the label is right, [0, 1]."""

    id: str
    conversation: str
    context: tuple
    reply: str
    label: str
    p_right: float
    reasons: tuple = ()
    gold: str | None = None
    split: str = 'train'

    @property
    def p_good(self):
        """Belief that the reply is good."""
        return self.p_right if self.label == 'good' else 1 - self.p_right


def _text(value, least=0):
    return isinstance(value, str) and len(value) >= least


def _parse(record):
    """A row, or the name of the first field that is wrong."""
    if not isinstance(record, dict):
        return 'record'
    context = record.get('context')
    turns = isinstance(context, list) and all(isinstance(t, dict) and t.get('role') in ROLES and _text(t.get('text')) for t in context)
    p_right, reasons, gold = record.get('p_right'), record.get('reasons') or [], record.get('gold')
    checks = {
        'id': _text(record.get('id'), 1),
        'conversation': _text(record.get('conversation'), 1),
        'context': turns,
        'reply': _text(record.get('reply'), 1),
        'label': record.get('label') in ('good', 'bad'),
        'p_right': isinstance(p_right, (int, float)) and not isinstance(p_right, bool) and 0 <= p_right <= 1,
        'reasons': isinstance(reasons, list) and all(_text(r) for r in reasons),
        'gold': gold is None or _text(gold),
        'split': record.get('split') in SPLITS,
    }
    wrong = next((name for name, right in checks.items() if not right), None)
    if wrong:
        return wrong
    pairs = tuple((t['role'], t['text']) for t in context)
    head = (record['id'], record['conversation'], pairs, record['reply'], record['label'], float(p_right))
    return Row(*head, tuple(reasons), gold or None, record['split'])


def read(path):
    """(rows, SHA-256 of the file). Raises `bad_row` with the line's number and the field, `no_data` without a file."""
    digest, rows, homes = hashlib.sha256(), [], {}
    try:
        with open(path, 'rb') as file:
            for number, line in enumerate(file, 1):
                digest.update(line)
                if not line.strip():
                    continue
                rows.append(_row(line, number))
                if homes.setdefault(rows[-1].conversation, rows[-1].split) != rows[-1].split:
                    raise TrainerError('bad_row', f'line {number}: split: its conversation is in another split')
    except OSError as e:
        raise TrainerError('no_data', f'the rows cannot be read: {e.strerror}') from None
    return rows, digest.hexdigest()


def _row(line, number):
    if len(line) > MAX_LINE:
        raise TrainerError('bad_row', f'line {number}: longer than {MAX_LINE} bytes')
    try:
        record = json.loads(line)
    except ValueError:
        raise TrainerError('bad_row', f'line {number}: no JSON') from None
    row = _parse(record)
    if isinstance(row, str):
        raise TrainerError('bad_row', f'line {number}: {row}')
    return row


def belief(row, labels):
    """(p_good, weight) of a row under an ablation.

    trust: the belief as it is, of weight |2p - 1|; soft: the belief as a target, of weight 1; all: the label as it stands; honest: the label where p_right > 1/2, else nothing.
    """
    label = 1.0 if row.label == 'good' else 0.0
    if labels == 'all':
        return label, 1.0
    if labels == 'honest':
        return label, float(row.p_right > 0.5)
    if labels == 'soft':
        return row.p_good, 1.0
    return float(row.p_good > 0.5), abs(2 * row.p_good - 1)


def rudeness(row, labels):
    """(p_rude, weight) of a row under an ablation: a reason is as right as its thumb.

    Of a reply that is bad against its thumb, or bad for no reason that was given, nobody has said whether it is rude: weight 0.
    """
    if labels == 'honest' and row.p_right <= 0.5:
        return 0.0, 0.0
    p = 1.0 if labels in ('all', 'honest') else row.p_right
    up, believed = row.label == 'good', p >= 0.5
    bad = up != believed
    if bad and (up or not row.reasons):
        return 0.0, 0.0
    return float(bad and RUDE in row.reasons), abs(2 * p - 1)


def need(rows, least, what):
    """Raises `too_few_rows` unless there are so many."""
    if len(rows) < least:
        raise TrainerError('too_few_rows', f'{what}: {len(rows)}, needed {least}')
