"""Reads tokenizer.json; needs no PyTorch."""

import os

from heed_trainer.errors import TrainerError


def load_tokenizer(folder):
    from tokenizers import Tokenizer

    path = os.path.join(folder, 'tokenizer.json')
    if not os.path.isfile(path):
        raise TrainerError('no_model', 'the encoder has no tokenizer.json')
    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
