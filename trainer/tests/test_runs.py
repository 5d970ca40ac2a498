"""Bounds, errors and restarts of a run."""

import json
import os
import signal
import subprocess

import pytest
from conftest import command, environment, events, made_rows

from heed_trainer import rows
from heed_trainer.errors import TrainerError


def flags(data, out, files, *more):
    return ['--kind', 'sft', '--data', data, '--out', str(out), '--gguf', files[0], '--cache', files[1], '--checkpoint-seconds', '0', '--batch-tokens', '96', *more]


def test_a_killed_run_resumes_to_the_same_bytes(tmp_path, trained, started, write_rows, language_files):
    # Given one run to the end, and one killed in its midst
    data = write_rows(made_rows(60))
    trained(*flags(data, tmp_path / 'whole', language_files))
    process = started(*flags(data, tmp_path / 'killed', language_files))
    for line in process.stdout:
        if json.loads(line)['step'] >= 1:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not os.path.exists(tmp_path / 'killed')
    assert os.path.exists(tmp_path / 'killed.tmp' / 'checkpoint-sft.pt')
    # When
    code, said = trained(*flags(data, tmp_path / 'killed', language_files, '--resume'))
    # Then
    assert code == 0
    whole, killed = ((tmp_path / n / 'manifest.json').read_bytes() for n in ('whole', 'killed'))
    assert whole == killed
    assert not os.path.exists(tmp_path / 'killed.tmp')


def test_a_checkpoint_of_other_flags_is_refused(tmp_path, trained, write_rows, language_files):
    # Given a run that stopped before its first step
    data = write_rows(made_rows(40))
    code, said = trained(*flags(data, tmp_path / 'out', language_files, '--max-seconds', '0.001'))
    assert (code, said[-1]['reason']) == (1, 'out_of_time')
    # When
    code, said = trained(*flags(data, tmp_path / 'out', language_files, '--resume', '--seed', '2'))
    # Then
    assert (code, said[-1]['reason']) == (1, 'checkpoint_differs')


def test_memory_is_bounded(tmp_path, trained, write_rows, language_files):
    code, said = trained(*flags(write_rows(made_rows(40)), tmp_path / 'out', language_files, '--max-memory-mb', '20'))
    assert (code, said[-1]['reason']) == (1, 'out_of_memory')


def test_what_is_there_is_not_overwritten(tmp_path, trained, write_rows, language_files):
    (tmp_path / 'out').mkdir()
    code, said = trained(*flags(write_rows(made_rows(40)), tmp_path / 'out', language_files))
    assert (code, said[-1]['reason']) == (1, 'out_exists')


def test_a_missing_model_and_too_few_rows_are_told(tmp_path, trained, write_rows, language_files):
    data = write_rows(made_rows(40))
    _, missing = trained('--kind', 'sft', '--data', data, '--out', str(tmp_path / 'a'), '--gguf', str(tmp_path / 'none.gguf'))
    _, few = trained(*flags(write_rows(made_rows(4), 'few.jsonl'), tmp_path / 'b', language_files))
    assert [missing[-1]['reason'], few[-1]['reason']] == ['no_model', 'too_few_rows']


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


def test_wrong_usage_ends_with_2(tmp_path):
    wrong = subprocess.run(command('--kind', 'sft', '--data', 'x', '--out', str(tmp_path / 'o')), env=environment(), capture_output=True, text=True)
    helped = subprocess.run(command('--help'), env=environment(), capture_output=True, text=True)
    assert (wrong.returncode, wrong.stderr) == (2, 'heed_trainer: --kind sft needs --gguf\n')
    assert helped.returncode == 0
    assert events(wrong.stdout) == []
    assert all(kind in helped.stdout for kind in ('reward', 'sft', 'cringe', 'dpo', 'director', 'safety'))
