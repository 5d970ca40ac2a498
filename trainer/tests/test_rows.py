"""Rows, usage, measures and the adapter file: all that needs no PyTorch."""

import subprocess

import numpy as np
import pytest
from conftest import command, environment, events, made_rows

from heed_trainer import adapter, rows
from heed_trainer.errors import TrainerError
from heed_trainer.measures import auc, calibration_error, platt


@pytest.mark.parametrize(
    ('field', 'value'),
    [('p_right', 1.5), ('p_right', 'high'), ('label', 'great'), ('reply', ''), ('split', None), ('context', [{'role': 'cat', 'text': 'secret'}]), ('gold', 3)],
)
def test_a_bad_row_is_named_by_its_line_without_its_words(tmp_path, trained, write_rows, field, value):
    # Given
    made = made_rows(10)
    made[6][field] = value
    # When
    code, said = trained('--kind', 'reward', '--data', write_rows(made), '--out', str(tmp_path / 'out'))
    # Then
    assert code == 1
    assert said == [{'event': 'failed', 'reason': 'bad_row', 'detail': f'line 7: {field}'}]


def test_a_conversation_in_two_splits_is_a_bad_row(write_rows):
    made = made_rows(10)
    made[1]['split'] = 'test'
    with pytest.raises(TrainerError, match='line 2: split'):
        rows.read(write_rows(made))


def test_belief_turns_a_likely_lie_round():
    row = rows.Row('r', 'c', (), 'x', 'good', 0.1)
    found = {labels: rows.belief(row, labels) for labels in ('trust', 'soft', 'all', 'honest')}
    assert found == {'trust': (0.0, 0.8), 'soft': (0.1, 1.0), 'all': (1.0, 1.0), 'honest': (1.0, 0.0)}


def test_a_reason_is_as_right_as_its_thumb():
    def lesson(label, reasons, p_right, labels='trust'):
        return rows.rudeness(rows.Row('r', 'c', (), 'x', label, p_right, reasons), labels)

    assert lesson('bad', ('RUDE', 'SPAM'), 0.9) == (1.0, pytest.approx(0.8))
    assert lesson('bad', ('SPAM',), 0.9) == (0.0, pytest.approx(0.8))
    assert lesson('good', (), 0.9) == (0.0, pytest.approx(0.8))
    # a liar's thumb down: the reply is good; a liar's thumb up: bad, but of what kind?
    assert lesson('bad', ('RUDE',), 0.1) == (0.0, pytest.approx(0.8))
    assert lesson('good', (), 0.1)[1] == 0
    # bad, but of what kind?
    assert lesson('bad', (), 0.9)[1] == 0
    assert [lesson('bad', ('RUDE',), 0.1, labels) for labels in ('all', 'honest')] == [(1.0, 1.0), (0.0, 0.0)]


def test_wrong_usage_ends_with_2(tmp_path):
    wrong = subprocess.run(command('--kind', 'sft', '--data', 'x', '--out', str(tmp_path / 'o')), env=environment(), capture_output=True, text=True)
    helped = subprocess.run(command('--help'), env=environment(), capture_output=True, text=True)
    assert (wrong.returncode, wrong.stderr) == (2, 'heed_trainer: --kind sft needs --gguf\n')
    assert helped.returncode == 0
    assert events(wrong.stdout) == []
    assert all(kind in helped.stdout for kind in ('reward', 'sft', 'cringe', 'dpo', 'director', 'safety'))


def test_auc_counts_ties_by_halves_and_weights():
    # Given good .9, .5 and bad .5, .1
    assert auc([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]) == pytest.approx(3.5 / 4)
    # and the tied pair three times as heavy on the good side
    assert auc([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], [1, 3, 1, 1]) == pytest.approx((2 + 3 * 1.5) / 8)
    assert auc([0.9], [1]) is None


def test_platt_finds_how_far_the_logits_overstate():
    # Given logits three times too large
    drawn = np.random.default_rng(2)
    z = drawn.normal(size=4000)
    labels = (drawn.random(4000) < 1 / (1 + np.exp(-(z + 0.5)))).astype(float)
    # When
    a, b = platt(3 * z, labels)
    # Then
    assert (a, b) == (pytest.approx(1 / 3, abs=0.03), pytest.approx(0.5, abs=0.12))
    p, raw = (1 / (1 + np.exp(-v)) for v in (a * 3 * z + b, 3 * z))
    assert calibration_error(p, labels) < calibration_error(raw, labels) / 2


def test_an_adapter_file_keeps_names_and_values(tmp_path):
    # Given
    arrays = {f'model.layers.0.attn.q_proj.lora_{side}.weight': np.arange(8, dtype=np.float32).reshape(shape) for side, shape in (('A', (4, 2)), ('B', (2, 4)))}
    # When
    adapter.write(arrays, tmp_path / 'a.onnx_adapter')
    # Then
    read = adapter.read(tmp_path / 'a.onnx_adapter')
    assert {n: a.tolist() for n, a in read.items()} == {n: a.tolist() for n, a in arrays.items()}
