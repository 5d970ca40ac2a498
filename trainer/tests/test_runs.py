"""Bounds and restarts of a run."""

import json
import os
import signal

from conftest import made_rows


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
