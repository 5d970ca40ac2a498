"""The safety correction on the classifier that Heed ships."""

import json
import math
import os
import subprocess
import sys

import pytest
from conftest import made_rows

from heed_trainer.safety import Classifier, correction

CLASSIFIER = os.environ.get('HEED_SAFETY_MODEL') or os.path.join(os.path.dirname(__file__), '..', '..', 'models', 'safety', 'classifier')
SCORES = os.path.join(os.path.dirname(__file__), '..', '..', 'models', 'safety', 'scores.py')


def test_input_is_that_of_the_java_service():
    # Given texts with the scores that the service's own input gives: single, in context, in several windows, with emoji
    classifier = Classifier(CLASSIFIER)
    with open(os.path.join(CLASSIFIER, 'parity.jsonl')) as file:
        lines = file.readlines()
    chosen = lines[:900:100] + lines[900:940:20] + lines[940::30]
    scored = subprocess.run([sys.executable, SCORES, CLASSIFIER], input=''.join(chosen), capture_output=True, text=True, check=True).stdout
    for text in map(json.loads, scored.splitlines()):
        # When
        raw = classifier.logits(text['context'], text['text'], text['role'])
        # Then
        for head in classifier.spec['heads']:
            if head['name'] in text['scores']:
                score = 1 / (1 + math.exp(-(head['a'] * raw[head['output']] + head['b'])))
                assert score == pytest.approx(text['scores'][head['name']], abs=1e-3)


def test_reviews_lower_a_false_alarm_and_leave_the_network_alone(tmp_path, trained, write_rows):
    # Given reviewers who find a flagged way of talking harmless
    made = made_rows(60)
    for row in made:
        row['label'], row['reasons'], row['reply'] = 'good', ['contested'], 'Damn, that is one hell of a ' + row['reply'].replace('rude', 'wild')
    # When
    code, said = trained('--kind', 'safety', '--data', write_rows(made), '--out', str(tmp_path / 'out'), '--classifier', CLASSIFIER)
    # Then
    metrics = said[-1]['metrics']
    assert code == 0
    assert metrics['heads_moved'] > 0
    assert metrics['test_log_loss_after'] < metrics['test_log_loss_before']
    old, new = Classifier(CLASSIFIER), Classifier(str(tmp_path / 'out'))
    assert old.spec['sha256'] == new.spec['sha256']
    assert new.spec['version'].startswith(old.spec['version'] + '+')
    moved = {h['name'] for h, was in zip(new.spec['heads'], old.spec['heads'], strict=True) if h != was}
    assert moved <= set(old.spec['unsafe']['bot'])


def test_thumbs_that_say_nothing_of_safety_move_nothing(tmp_path, trained, write_rows):
    _, said = trained('--kind', 'safety', '--data', write_rows(made_rows(60)), '--out', str(tmp_path / 'out'), '--classifier', CLASSIFIER)
    assert said[-1]['reason'] == 'too_few_rows'


def test_a_correction_is_bounded():
    import numpy as np

    # Given thousands of confident hits called safe
    a, b = correction(np.full(5000, 6.0), np.zeros(5000), np.ones(5000))
    # Then
    assert 0.5 <= a <= 2
    assert -2 <= b <= 2
