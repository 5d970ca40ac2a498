"""What the command heed says of a model, with an adapter or without."""

import json
import subprocess


def lines(heed, model, command, artifact=None, text=''):
    """JSON lines of a command."""
    line = [heed, *command, '--model', model, *(['--adapter', artifact] if artifact else [])]
    said = subprocess.run(line, input=text, capture_output=True, text=True, check=True).stdout
    return [json.loads(one) for one in said.splitlines() if one.startswith('{')]


def replies(heed, model, prompts, seed, most, artifact=None):
    """One sampled reply to each prompt, of so many tokens at most."""
    asked = ''.join(json.dumps({'id': str(i), 'text': p}) + '\n' for i, p in enumerate(prompts))
    said = lines(heed, model, ['sample', '--n', '1', '--seed', str(seed), '--max-tokens', str(most)], artifact, asked)
    texts = {int(line['id']): line['text'] for line in said}
    return [texts[i] for i in range(len(prompts))]
