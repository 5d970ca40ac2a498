"""The card of what was trained: what it is, what from, how good, and what not to think of it."""

WHAT = {
    'reward': 'Reward model: P(a reply is good in its context). A sentence encoder (all-MiniLM-L6-v2, Apache-2.0) with a linear head, calibrated on the dev split.',
    'sft': 'LoRA adapter: supervised on better answers and on replies believed good.',
    'cringe': 'LoRA adapter: cross-entropy on good replies, Cringe (arXiv 2211.05826) on bad ones.',
    'dpo': 'LoRA adapter: preferences (arXiv 2305.18290) with label noise.',
    'director': 'Director head (arXiv 2206.07694): a column of director.weight [hidden, n] and of director.bias [1, n] for each token of director.tokens [1, n], director.shared [hidden, 1] for all others, director.strength [1, 1]; on the last hidden states of the base.',
    'safety': "Safety classifier: the same network, the heads' calibration moved by contested and reviewed replies.",
}
LIMITS = {
    'reward': 'It knows what raters liked, not what is true. It reads the last 3 turns and the first 128 tokens of a reply. Do not gate a policy by the model that taught it.',
    'safety': 'It moves thresholds of heads that act on replies; it cannot learn a new kind of harm. Measure it on the probes of its own card before release.',
}
POLICY_LIMITS = 'Fits only the base named here. It may lose elsewhere what it gains on these topics: measure neutral text, refusals and safety before release.'


def text(manifest, rows):
    """Markdown; holds counts and numbers, nothing that anybody wrote."""
    kind, metrics = manifest['kind'], manifest['metrics']
    splits = {s: sum(r.split == s for r in rows) for s in ('train', 'dev', 'test')}
    good = sum(r.label == 'good' for r in rows)
    head = f'---\nlicense: apache-2.0\nbase_sha256_16: {manifest["base"] or "none"}\n---\n\n# {kind}\n\n{WHAT[kind]}\n'
    data = (
        f'\n## Data\n\n{len(rows)} rated replies ({good} up, {len(rows) - good} down) of {len({r.conversation for r in rows})} conversations, split by conversation: '
        f'{splits["train"]} train, {splits["dev"]} dev, {splits["test"]} test. SHA-256 of the rows: `{manifest["rows_sha256"]}`. '
        'The same hash names the data version and its card.\n'
    )
    table = '\n'.join(f'| {name} | {value} |' for name, value in metrics.items())
    flags = ' '.join(f'`{k}={v}`' for k, v in sorted(manifest['flags'].items()) if k != 'kind')
    return f'{head}{data}\n## Measured\n\n| | |\n|---|---|\n{table}\n\n## How\n\n{flags}\n\n## Limits\n\n{LIMITS.get(kind, POLICY_LIMITS)}\n'
