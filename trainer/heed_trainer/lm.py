"""The language model: from a GGUF file to PyTorch, what it is fed, and its logits at the tokens of a reply."""

import copy
import os
import random
import shutil
import tempfile
from dataclasses import dataclass

import torch

from heed_trainer.errors import TrainerError
from heed_trainer.run import sha256

TARGETS = ('q_proj', 'v_proj', 'up_proj', 'down_proj')
CONTEXT_TOKENS, REPLY_TOKENS = 256, 128
WINDOW = 256  # sequences that are sorted by length together


@dataclass
class Language:
    """A model with its tokenizer; base: the first 16 hex digits of the GGUF file's SHA-256."""

    model: torch.nn.Module
    tokenizer: object
    base: str


def load(gguf, cache=None):
    """Loads a Llama-family GGUF in fp32. Reading GGUF takes a minute, so the result is kept in `cache` under the file's hash."""
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if not gguf or not os.path.isfile(gguf):
        raise TrainerError('no_model', 'the GGUF file of --gguf is not there')
    base = sha256(gguf)[:16]
    home = os.path.join(cache or os.path.join(os.path.expanduser('~'), '.cache', 'heed-trainer'), base)
    if not os.path.isdir(home):
        _convert(gguf, home, AutoModelForCausalLM, AutoTokenizer)
    try:
        model = AutoModelForCausalLM.from_pretrained(home, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(home)
    except (OSError, ValueError) as e:
        raise TrainerError('bad_model', type(e).__name__) from None
    model.eval().requires_grad_(False)
    return Language(model, tokenizer, base)


def _convert(gguf, home, model_class, tokenizer_class):
    folder, name = os.path.split(os.path.abspath(gguf))
    os.makedirs(os.path.dirname(home), exist_ok=True)
    temporary = tempfile.mkdtemp(dir=os.path.dirname(home))
    try:
        try:
            tokenizer_class.from_pretrained(folder, gguf_file=name).save_pretrained(temporary)
            model = model_class.from_pretrained(folder, gguf_file=name, dtype=torch.float32)
        except Exception as e:  # the readers raise all kinds
            raise TrainerError('bad_model', f'the GGUF file cannot be read: {type(e).__name__}') from None
        config = copy.deepcopy(model.config)
        if hasattr(config, 'quantization_config'):
            del config.quantization_config  # the weights are plain by now, but would not be saved
        plain = type(model)(config)
        plain.load_state_dict(model.state_dict())
        plain.save_pretrained(temporary)
        if not os.path.isdir(home):
            os.rename(temporary, home)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@dataclass(frozen=True)
class Sequence:
    """Token ids of a prompt and a reply; the reply starts at `start`. weight: what it counts; good: whether to learn it or to unlearn it."""

    ids: tuple
    start: int
    weight: float = 1.0
    good: bool = True


def prompt_ids(tokenizer, context):
    """The context in the model's chat template, ready for a reply; the oldest turns go first when it is too long."""
    turns = [{'role': role, 'content': text} for role, text in context]
    while True:
        ids = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=True, return_dict=False)
        if len(ids) <= CONTEXT_TOKENS or len(turns) <= 1:
            return tuple(ids[-CONTEXT_TOKENS:])
        turns = turns[1:]


def sequence(tokenizer, context, reply, weight=1.0, good=True):
    """A training sequence; a reply that fits ends with the end-of-turn token."""
    head = prompt_ids(tokenizer, context)
    ids = tokenizer(reply, add_special_tokens=False)['input_ids']
    tail = ids[:REPLY_TOKENS] if len(ids) >= REPLY_TOKENS else [*ids, tokenizer.eos_token_id]
    return Sequence(head + tuple(tail), len(head), weight, good)


def plan(lengths, token_budget, epochs, seed):
    """Batches (lists of places) of all epochs: like lengths together, padded size within the budget, order by the seed alone."""
    batches = []
    for epoch in range(epochs):
        drawn = random.Random(f'{seed}/{epoch}')
        order = list(range(len(lengths)))
        drawn.shuffle(order)
        epoch_batches, batch = [], []
        for at in range(0, len(order), WINDOW):
            for i in sorted(order[at : at + WINDOW], key=lengths.__getitem__, reverse=True):
                if batch and (len(batch) + 1) * lengths[batch[0]] > token_budget:
                    epoch_batches.append(batch)
                    batch = []
                batch.append(i)
            epoch_batches.append(batch)
            batch = []
        drawn.shuffle(epoch_batches)
        batches += epoch_batches
    return batches


def collate(sequences):
    """(ids, mask), padded on the right."""
    width = max(len(s.ids) for s in sequences)
    ids, mask = torch.zeros(len(sequences), width, dtype=torch.long), torch.zeros(len(sequences), width, dtype=torch.long)
    for i, s in enumerate(sequences):
        ids[i, : len(s.ids)] = torch.tensor(s.ids)
        mask[i, : len(s.ids)] = 1
    return ids, mask


def reply_states(model, sequences):
    """(hidden states before each token of a reply [n, hidden], those tokens [n], the sequence of each [n])."""
    ids, mask = collate(sequences)
    hidden = core(model).model(input_ids=ids, attention_mask=mask).last_hidden_state
    rows, at, targets = [], [], []
    for i, s in enumerate(sequences):
        for t in range(s.start, len(s.ids)):
            rows.append(i)
            at.append(t - 1)
            targets.append(s.ids[t])
    rows = torch.tensor(rows)
    return hidden[rows, torch.tensor(at)], torch.tensor(targets), rows


def reply_logits(model, sequences):
    """As reply_states, but logits [n, vocab]: only these positions go through the head, a third of the work of a small model."""
    hidden, targets, rows = reply_states(model, sequences)
    return core(model).lm_head(hidden), targets, rows


def core(model):
    """The causal model inside PEFT's wrapper; LoRA layers sit in it."""
    return model.get_base_model() if hasattr(model, 'get_base_model') else model


def with_lora(model, rank, alpha, seed, targets=TARGETS, top_layers=0):
    """The model with LoRA (Hu et al., arXiv 2106.09685) on the named projections of every layer, or of the last few; only that trains."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    count = model.config.num_hidden_layers
    layers = list(range(count - top_layers, count)) if 0 < top_layers < count else None
    config = LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=0.0, target_modules=list(targets), bias='none', layers_to_transform=layers)
    return get_peft_model(model, config)


def trained(model):
    """What trains, by name."""
    return {name: value for name, value in model.named_parameters() if value.requires_grad}


@torch.no_grad()
def generate(language, model, contexts, seed, max_new=48, temperature=0.8, top_k=50, batch=16, processors=()):
    """One sampled reply per context (greedy at temperature 0)."""
    from transformers import LogitsProcessorList

    texts, pad = [], language.tokenizer.pad_token_id or language.tokenizer.eos_token_id or 0
    torch.manual_seed(seed)
    for at in range(0, len(contexts), batch):
        prompts = [prompt_ids(language.tokenizer, c) for c in contexts[at : at + batch]]
        width = max(map(len, prompts))
        ids = torch.tensor([[pad] * (width - len(p)) + list(p) for p in prompts])
        mask = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts])
        how = {'do_sample': True, 'temperature': temperature, 'top_k': top_k} if temperature else {'do_sample': False}
        out = core(model).generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=max_new, pad_token_id=pad, logits_processor=LogitsProcessorList(processors), **how
        )
        texts += [language.tokenizer.decode(o[width:], skip_special_tokens=True).strip() for o in out]
    return texts
