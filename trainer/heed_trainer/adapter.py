"""LoRA weights as ONNX Runtime's adapter file, under the names of the LoRA-ready graph.

Of layer i: model.layers.{i}.{attn|mlp}.{projection}.lora_A.weight [in, r] and .lora_B.weight [r, out], y = base(x) + (x A) B; alpha / r is folded into B.
Both are the transposes of PEFT's; rows of q keep Hugging Face's order.
"""

import re

import numpy as np

from heed_trainer.errors import TrainerError

FILE = 'adapter.onnx_adapter'
_PEFT = re.compile(r'layers\.(\d+)\.(self_attn|mlp)\.(\w+_proj)\.lora_([AB])\.default\.weight$')


def parameters(model, alpha, rank):
    """The adapter's arrays by graph input, float32, from a PEFT model."""
    found = {}
    for name, value in model.named_parameters():
        match = _PEFT.search(name)
        if match:
            layer, part, projection, side = match.groups()
            array = value.detach().numpy().T.astype(np.float32) * (alpha / rank if side == 'B' else 1.0)
            part = {'self_attn': 'attn'}.get(part, part)
            found[f'model.layers.{layer}.{part}.{projection}.lora_{side}.weight'] = np.ascontiguousarray(array, np.float32)
    return found


def write(arrays, path, version=1):
    """Writes the file. version: the adapter's own number."""
    import onnxruntime as ort

    if not all(np.isfinite(a).all() for a in arrays.values()):
        raise TrainerError('loss_not_finite', 'the adapter holds what is no number')
    adapter = ort.AdapterFormat()
    adapter.set_adapter_version(version)
    adapter.set_model_version(1)
    adapter.set_parameters({name: ort.OrtValue.ortvalue_from_numpy(array) for name, array in arrays.items()})
    adapter.export_adapter(str(path))


def read(path):
    """The arrays of a file."""
    import onnxruntime as ort

    return {name: value.numpy().copy() for name, value in ort.AdapterFormat.read_adapter(str(path)).get_parameters().items()}


def merge(model, arrays):
    """Adds the adapter's products to the base's weights, in place: what a run with the adapter computes."""
    import torch

    weights = dict(model.named_parameters())
    with torch.no_grad():
        for name in (n for n in arrays if '.lora_A.' in n):
            target = name.replace('.attn.', '.self_attn.').replace('.lora_A.weight', '.weight')
            weights[target] += torch.from_numpy((arrays[name] @ arrays[name.replace('.lora_A.', '.lora_B.')]).T)
    return model
