"""An adapter file in ONNX Runtime, on a graph imported with --lora, against PyTorch: proves names, transposes and the order of q's rows.

usage: python -m heed_trainer.evidence.onnx_parity --gguf FILE --model FOLDER_WITH_model.lora.onnx [--adapter FILE] [--cache DIR]
Without --adapter a random one is made, changing every layer. Exit code 1 when the adapter's effect on the logits differs by more than --tolerance (relative RMS).
"""

import argparse
import json
import os
import tempfile

import numpy as np
import torch

from heed_trainer import adapter, lm

TEXTS = ('What is the capital of France?', 'Tell me about volcanoes.', 'How do I bake bread without an oven?')
CACHE_LENGTH = 256


def random_adapter(language, seed, rank=4, alpha=8):
    """A PEFT adapter whose B is not zero, written to a file of its own."""
    model = lm.with_lora(lm.core(language.model), rank, alpha, seed)
    with torch.no_grad():
        for name, value in lm.trained(model).items():
            if 'lora_B' in name:
                value.normal_(std=0.02)
    path = os.path.join(tempfile.mkdtemp(), adapter.FILE)
    adapter.write(adapter.parameters(model, alpha, rank), path)
    return model, path


class Graph:
    """The LoRA-ready graph; fed with an empty cache, one sequence a run."""

    def __init__(self, folder):
        import onnxruntime as ort

        self.ort, options = ort, ort.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self.session = ort.InferenceSession(os.path.join(folder, 'model.lora.onnx'), options)

    def logits(self, ids, path=None):
        """[length, vocab], with the adapter of a file when one is given."""
        feeds = {'input_ids': np.array([ids], np.int64), 'attention_mask': np.ones((1, len(ids)), np.int64)}
        for given in self.session.get_inputs():
            if given.name.startswith('past_key_values'):
                kind = {'tensor(float)': np.float32, 'tensor(float16)': np.float16, 'tensor(uint8)': np.uint8, 'tensor(int8)': np.int8}[given.type]
                feeds[given.name] = np.zeros([n if isinstance(n, int) else 1 if at == 0 else 0 for at, n in enumerate(given.shape)], kind)
        how = self.ort.RunOptions()
        if path:
            loaded = self.ort.LoraAdapter()
            loaded.Load(path)
            how.add_active_adapter(loaded)
        return self.session.run(['logits'], feeds, how)[0][0].astype(np.float32)


@torch.no_grad()
def torch_logits(model, ids):
    return model(input_ids=torch.tensor([ids])).logits[0].numpy()


def rms(x):
    return float(np.sqrt(np.mean(np.square(x))))


def compare(language, adapted, graph, path):
    """Per text: error of the base, of the adapted model, and of the adapter's effect on the logits, relative to that effect."""
    out = []
    for text in TEXTS:
        ids = list(lm.prompt_ids(language.tokenizer, (('user', text),)))
        with adapted.disable_adapter():
            base = torch_logits(adapted, ids)
        wanted, plain, got = torch_logits(adapted, ids), graph.logits(ids), graph.logits(ids, path)
        again = graph.logits(ids)
        effect, seen = wanted - base, got - plain
        out.append(
            {
                'tokens': len(ids),
                'effect_rms': rms(effect),
                'error_rms_base': rms(plain - base),
                'error_rms_adapted': rms(got - wanted),
                'effect_error': rms(seen - effect) / rms(effect),
                'effect_cosine': float((seen * effect).sum() / np.linalg.norm(seen) / np.linalg.norm(effect)),
                'same_next_token': bool((got[-1].argmax() == wanted[-1].argmax())),
                'base_untouched': bool((again == plain).all()),
            }
        )
    return out


def _from_file(language, path):
    """A PEFT model that holds the arrays of an adapter file."""
    arrays = adapter.read(path)
    first = next(a for n, a in arrays.items() if '.lora_A.' in n)
    targets = sorted({n.split('.')[4] for n in arrays})
    rank = first.shape[1]
    model = lm.with_lora(language.model, rank, rank, 1, targets)
    with torch.no_grad():
        for name, value in lm.trained(model).items():
            parts = name.replace('.self_attn.', '.attn.').split('.model.layers.')[1]
            key = 'model.layers.' + parts.replace('.default', '')
            value.copy_(torch.from_numpy(arrays[key].T) if key in arrays else torch.zeros_like(value))
    return model


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--gguf', required=True)
    ap.add_argument('--model', required=True)
    ap.add_argument('--adapter')
    ap.add_argument('--cache')
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--tolerance', type=float, default=0.1)
    options = ap.parse_args()
    torch.set_num_threads(1)
    language = lm.load(options.gguf, options.cache)
    if options.adapter:
        model, path = _from_file(language, options.adapter), options.adapter
    else:
        model, path = random_adapter(language, options.seed)
    found = compare(language, model.eval(), Graph(options.model), path)
    for line in found:
        print(json.dumps({k: round(v, 5) if isinstance(v, float) else v for k, v in line.items()}))
    worst = max(line['effect_error'] for line in found)
    print(json.dumps({'worst_effect_error': round(worst, 5), 'tolerance': options.tolerance, 'same': worst <= options.tolerance}))
    raise SystemExit(worst > options.tolerance or not all(line['base_untouched'] for line in found))


if __name__ == '__main__':
    main()
