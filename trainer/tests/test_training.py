"""Each kind by its real command on tiny models: what comes out, that it learnt, that a seed repeats it."""

import json
import os

import numpy as np
import pytest
import torch
from conftest import made_rows

from heed_trainer import adapter, director, drift, lm, losses, rows
from heed_trainer.policy import measure
from heed_trainer.reward import Scorer


def manifest(out):
    with open(os.path.join(out, 'manifest.json')) as file:
        return json.load(file)


def language_flags(files):
    return '--gguf', files[0], '--cache', files[1]


def test_reward_learns_calibrates_and_its_onnx_says_the_same(tmp_path, trained, write_rows, encoder):
    # Given a fifth of liars, whom p_right tells of
    data, out = write_rows(made_rows(200, liars=0.2)), str(tmp_path / 'reward')
    # When
    flags = ['--tune', 'all', '--rate', '1e-3', '--epochs', '6', '--batch-tokens', '256']
    code, said = trained('--kind', 'reward', '--data', data, '--out', out, '--encoder', encoder, *flags)
    # Then
    assert code == 0
    assert [said[0]['event'], said[-1]['event']] == ['step', 'done']
    assert said[-1]['metrics']['test_auc'] > 0.9
    scorer, read = Scorer(out), rows.read(data)[0]
    scores = scorer.score([(r.context, r.reply) for r in read[:40]])
    assert np.mean([s for s, r in zip(scores, read, strict=False) if 'kind' in r.reply]) > np.mean([s for s, r in zip(scores, read, strict=False) if 'rude' in r.reply]) + 0.5
    alone = [scorer.score([(r.context, r.reply)])[0] for r in read[:5]]
    assert alone == pytest.approx(scores[:5], abs=1e-4)
    assert manifest(out)['inputs']['output'].startswith('p_good')
    # and of rudeness by the reason given
    assert manifest(out)['inputs']['output_rude'].startswith('p_rude')
    rude = [scorer.score([(r.context, r.reply)], 'p_rude')[0] for r in read[:40]]
    assert np.mean([p for p, r in zip(rude, read, strict=False) if 'rude' in r.reply]) > np.mean([p for p, r in zip(rude, read, strict=False) if 'kind' in r.reply]) + 0.5
    assert {f['path'] for f in manifest(out)['files']} == {'README.md', 'reward.json', 'reward.onnx', 'tokenizer.json'}


def test_rudeness_is_not_learnt_of_a_few_reports(tmp_path, trained, write_rows, encoder):
    # Given four reports of rudeness
    made, out = made_rows(100), str(tmp_path / 'reward')
    for row in [r for r in made if r['reasons']][4:]:
        row['reasons'] = ['SPAM']
    # When
    trained('--kind', 'reward', '--data', write_rows(made), '--out', out, '--encoder', encoder, '--tune', 'head')
    # Then
    assert 'output_rude' not in manifest(out)['inputs']
    assert manifest(out)['metrics']['rude_reports'] < 5


def test_trust_beats_believing_everyone(tmp_path, trained, write_rows, encoder):
    # Given 45 % liars
    data, found = write_rows(made_rows(200, liars=0.45)), {}
    # When
    for labels in ('trust', 'all'):
        out = str(tmp_path / labels)
        _, said = trained('--kind', 'reward', '--data', data, '--out', out, '--encoder', encoder, '--tune', 'head', '--labels', labels)
        found[labels] = said[-1]['metrics']['test_auc']
    # Then
    assert found['trust'] > found['all'] + 0.1


def test_supervised_adapter_makes_good_replies_likelier(tmp_path, trained, write_rows, language_files):
    # Given
    data, out = write_rows(made_rows(60)), str(tmp_path / 'sft')
    # When
    code, said = trained('--kind', 'sft', '--data', data, '--out', out, *language_flags(language_files), '--rate', '1e-2', '--epochs', '6', '--drift', '0')
    # Then
    metrics = said[-1]['metrics']
    assert code == 0
    assert metrics['nll_good'] < metrics['nll_good_base'] - 0.5


def test_an_adapter_is_scaled_down_until_other_text_is_as_likely_as_allowed(monkeypatch, tmp_path, trained, write_rows, language_files):
    # Given a neutral text that is exp(scale / 10) times less likely with an adapter of a scale
    def nll(model, _texts):
        scaled = [m.scaling['default'] for m in model.modules() if isinstance(getattr(m, 'scaling', None), dict)]
        return 0.1 * scaled[0] / (16 / 8) if scaled else 0.0

    monkeypatch.setattr(drift, 'neutral_nll', nll)
    flags = ['--kind', 'sft', '--data', write_rows(made_rows(60)), *language_flags(language_files), '--rate', '1e-2', '--epochs', '6']
    _, free = trained(*flags, '--out', str(tmp_path / 'free'), '--drift', '0')
    # When
    _, held = trained(*flags, '--out', str(tmp_path / 'held'), '--drift', '0.03')
    # Then it is the same one, smaller
    metrics = held[-1]['metrics']
    assert metrics['scale'] == 0.25  # log 1.03 is .0296
    assert metrics['neutral_perplexity_rise'] == pytest.approx(0.0253, abs=1e-4)
    assert free[-1]['metrics']['nll_good'] < metrics['nll_good'] < metrics['nll_good_base']
    large, small = (adapter.read(str(tmp_path / name / adapter.FILE)) for name in ('free', 'held'))
    for name, values in large.items():
        factor = metrics['scale'] if 'lora_B' in name else 1.0
        assert np.allclose(small[name], values * factor, atol=1e-6)


def test_what_stays_near_the_base_is_not_scaled(monkeypatch):
    tried = []
    monkeypatch.setattr(drift, 'neutral_nll', lambda _model, _texts: 0.01)

    assert drift.hold(object(), tried.append, [], 0.0, 0.03) == (1.0, pytest.approx(0.01005, abs=1e-5))
    assert tried == [1.0]


def test_the_neutral_text_is_less_likely_with_noise_in_the_weights(language_files):
    language = lm.load(*language_files)
    texts = drift.paragraphs(language.tokenizer)
    before = drift.neutral_nll(language.model, texts)
    with torch.no_grad():
        for value in language.model.parameters():
            value += 0.5 * torch.randn_like(value)

    assert len(texts) == 12
    assert drift.neutral_nll(language.model, texts) > before + 0.1


def test_cringe_unlearns_the_bad_and_labels_its_own(tmp_path, trained, write_rows, encoder, language_files):
    # Given a reward model of the same rule
    data = write_rows(made_rows(80))
    trained('--kind', 'reward', '--data', data, '--out', str(tmp_path / 'reward'), '--encoder', encoder, '--tune', 'head')
    flags = ['--data', data, *language_flags(language_files), '--rate', '1e-2', '--epochs', '4', '--drift', '0', '--no-gold', '--max-new', '8', '--generations', '8']
    # When
    iterated = ['--iterations', '2', '--reward', str(tmp_path / 'reward')]
    _, said = trained('--kind', 'cringe', '--out', str(tmp_path / 'cringe'), *flags, *iterated)
    _, plain = trained('--kind', 'cringe', '--out', str(tmp_path / 'plain'), '--cringe', '0', *flags)
    # Then: good and bad replies lie further apart than without Cringe
    with_it, without = said[-1]['metrics'], plain[-1]['metrics']
    assert with_it['generated0'] > 0
    assert with_it['nll_bad'] - with_it['nll_good'] > without['nll_bad'] - without['nll_good'] + 0.2


@pytest.mark.parametrize('loss', ['dpo', 'cdpo', 'rdpo'])
def test_preferences_separate_good_from_bad(tmp_path, trained, write_rows, language_files, loss):
    # Given
    data, out = write_rows(made_rows(60)), str(tmp_path / loss)
    # When
    flags = ['--loss', loss, '--rate', '1e-2', '--epochs', '4', '--beta', '0.5', '--drift', '0']
    code, said = trained('--kind', 'dpo', '--data', data, '--out', out, *language_flags(language_files), *flags)
    # Then
    assert code == 0
    assert said[-1]['metrics']['auc'] > (said[-1]['metrics']['auc_base'] or 0) + 0.1


def test_director_tells_tokens_of_good_replies(tmp_path, trained, write_rows, language_files):
    # Given
    data, out = write_rows(made_rows(200)), str(tmp_path / 'director')
    # When
    flags = ['--head-epochs', '20', '--head-rate', '1e-2']
    code, said = trained('--kind', 'director', '--data', data, '--out', out, *language_flags(language_files), *flags)
    # Then
    assert code == 0
    assert said[-1]['metrics']['auc'] > 0.9
    arrays = adapter.read(os.path.join(out, 'director.onnx_adapter'))
    columns = said[-1]['metrics']['columns']
    shapes = {'tokens': (1, columns), 'weight': (32, columns), 'bias': (1, columns), 'shared': (32, 1), 'strength': (1, 1)}
    assert {k: v.shape for k, v in arrays.items()} == {f'director.{k}': shape for k, shape in shapes.items()}


def test_director_file_guides_as_the_formula_says():
    # Given a head with columns for three of ten tokens
    torch.manual_seed(1)
    head, scale = director.Head(4, torch.tensor([1, 5, 8])), 2.0
    with torch.no_grad():
        head.weight[:], head.bias[:], head.shared[:] = torch.randn(3, 4), torch.randn(3), torch.randn(4)
    language, states = torch.nn.Linear(4, 10), torch.randn(6, 4)
    # When
    guided = director.Guided(language, head.arrays(scale, 0.7))(states).log_softmax(-1)
    # Then it is what the formula says over the whole vocabulary
    scores = torch.stack([head.of(states * scale, torch.full((6,), token)) for token in range(10)], 1)
    assert torch.allclose(guided, losses.director_decode(language(states), scores, 0.7), atol=1e-5)


def test_adapter_file_gives_the_same_logits_as_peft(tmp_path, trained, write_rows, language_files):
    # Given an adapter file
    data, out = write_rows(made_rows(40)), str(tmp_path / 'sft')
    trained('--kind', 'sft', '--data', data, '--out', out, *language_flags(language_files), '--rate', '1e-2', '--epochs', '2', '--rank', '3', '--alpha', '12')
    arrays = adapter.read(os.path.join(out, adapter.FILE))
    assert len(arrays) == 2 * 4 * 2
    assert arrays['model.layers.1.attn.q_proj.lora_A.weight'].shape == (32, 3)
    assert arrays['model.layers.0.mlp.down_proj.lora_B.weight'].shape == (3, 32)
    # When its products are added to the base's weights
    plain = adapter.merge(lm.load(*language_files).model, arrays)
    language = lm.load(*language_files)
    held = [(lm.sequence(language.tokenizer, r.context, r.reply), 1.0, 1.0) for r in rows.read(data)[0] if r.split == 'test' and r.label == 'good']
    # Then the model measures as the trainer said
    assert measure(plain, held)['nll_good'] == pytest.approx(manifest(out)['metrics']['nll_good'], abs=1e-4)


def test_same_seed_same_bytes(tmp_path, trained, write_rows, language_files):
    # Given
    data = write_rows(made_rows(40))
    # When
    for name, seed in (('a', '7'), ('b', '7'), ('c', '8')):
        trained('--kind', 'sft', '--data', data, '--out', str(tmp_path / name), *language_flags(language_files), '--epochs', '1', '--seed', seed)
    # Then
    a, b, c = (json.dumps(manifest(tmp_path / n)['metrics']) for n in 'abc')
    assert a == b
    assert a != c
    assert (tmp_path / 'a' / adapter.FILE).read_bytes() == (tmp_path / 'b' / adapter.FILE).read_bytes()
