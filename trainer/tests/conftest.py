"""Tiny models made here: a random Llama of two layers, a random BERT of two, and rows that a rule labels."""

import hashlib
import json
import os
import random
import subprocess
import sys

import pytest

WORDS = 'yes no please thanks tea coffee rain sun good bad hello what how is the a of and you we rude dull kind warm cold day'.split()
TEMPLATE = "{% for m in messages %}{{ '<s>' + m['role'] + ' ' + m['content'] + '</s>' }}{% endfor %}{% if add_generation_prompt %}{{ '<s>assistant ' }}{% endif %}"


@pytest.fixture(scope='session')
def language_files(tmp_path_factory):
    """(a stand-in for a GGUF file, the cache where its conversion lies already)."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp('language')
    gguf = folder / 'tiny.gguf'
    gguf.write_bytes(b'GGUF, for the hash alone')
    home = folder / 'cache' / hashlib.sha256(gguf.read_bytes()).hexdigest()[:16]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {t: i for i, t in enumerate(['<unk>', '<s>', '</s>', *letters])}
    inner = Tokenizer(models.BPE(vocabulary, [], unk_token='<unk>'))
    inner.pre_tokenizer, inner.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, unk_token='<unk>', bos_token='<s>', eos_token='</s>', pad_token='</s>')
    tokenizer.chat_template = TEMPLATE
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.15,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    LlamaForCausalLM(config).save_pretrained(home)
    tokenizer.save_pretrained(home)
    return str(gguf), str(folder / 'cache')


@pytest.fixture(scope='session')
def encoder(tmp_path_factory):
    """A random BERT with a WordPiece vocabulary where [CLS] is 101 and [SEP] is 102."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp('encoder')
    names = ['[PAD]'] + [f'[unused{i}]' for i in range(99)] + ['[UNK]', '[CLS]', '[SEP]'] + WORDS
    inner = Tokenizer(models.WordPiece({w: i for i, w in enumerate(names)}, unk_token='[UNK]'))
    inner.normalizer, inner.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Whitespace()
    inner.add_special_tokens(['[PAD]', '[UNK]', '[CLS]', '[SEP]'])
    inner.save(str(folder / 'tokenizer.json'))
    torch.manual_seed(5)
    config = BertConfig(vocab_size=len(names), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
    BertModel(config).save_pretrained(folder)
    return str(folder)


def made_rows(count, seed=1, liars=0.0):
    """Rows whose reply is good when it says "kind"; a share of labels is turned round and known to be doubtful."""
    drawn, rows = random.Random(seed), []
    for i in range(count):
        good = i % 2 == 0
        words = drawn.sample([w for w in WORDS if w not in ('kind', 'rude')], 5)
        words.insert(drawn.randrange(5), 'kind' if good else 'rude')
        lie = drawn.random() < liars
        rows.append(
            {
                'id': f'r{i}',
                'conversation': f'c{i // 4}',
                'context': [{'role': 'user', 'text': ' '.join(drawn.sample(WORDS, 4))}],
                'reply': ' '.join(words),
                'label': 'good' if good != lie else 'bad',
                'p_right': 0.1 if lie else 0.9,
                'weight': -0.8 if lie else 0.8,
                'reasons': ['RUDE'] if good == lie else [],
                'gold': None if good else 'kind thanks',
                'model': 'tiny',
                'adapter': None,
                'split': ('train', 'train', 'train', 'dev', 'test')[(i // 4) % 5],
            }
        )
    return rows


@pytest.fixture
def write_rows(tmp_path):
    """Writes rows to a file and gives its path."""

    def write(rows, name='rows.jsonl'):
        path = tmp_path / name
        path.write_text(''.join(json.dumps(r) + '\n' for r in rows))
        return str(path)

    return write


def command(*arguments):
    return [sys.executable, '-m', 'heed_trainer', 'train', '--threads', '1', *arguments]


def environment():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return {**os.environ, 'PYTHONPATH': here}


def events(output):
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def trained(capsys):
    """Runs `train` in this process; gives (exit code, events)."""
    from heed_trainer import cli

    def run(*arguments):
        capsys.readouterr()
        code = cli.main(['train', '--threads', '1', *arguments])
        return code, events(capsys.readouterr().out)

    return run


@pytest.fixture
def started():
    """Starts `train` as a process of its own; what still runs at the end is killed."""
    processes = []

    def start(*arguments):
        process = subprocess.Popen(command(*arguments), env=environment(), stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
