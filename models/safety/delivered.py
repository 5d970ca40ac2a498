"""The delivered int8 network as weights to go on from: python delivered.py classifier/model.onnx weights.pt"""

import sys

import onnx
import torch
from onnx import numpy_helper

QUANTIZED = '_quantized'


def weights(path):
    """State of model.SafetyModel; a weight is (code - zero point) * scale."""
    graph = onnx.load(path).graph
    arrays = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}

    def plain(name):
        return (arrays[name + QUANTIZED].float() - arrays[name + '_zero_point'].float()) * arrays[name + '_scale']

    state = {n: a for n, a in arrays.items() if n.startswith(('enc.', 'head.')) and n.endswith(('.weight', '.bias'))}
    for name in arrays:
        if name.startswith('enc.embeddings.') and name.endswith(QUANTIZED):
            state[name.removesuffix(QUANTIZED)] = plain(name.removesuffix(QUANTIZED))
    for node in graph.node:  # '/enc/encoder/layer.0/output/dense/MatMul_quant' multiplies by the weight of that module
        if node.op_type == 'MatMulInteger':
            module = node.name.strip('/').rsplit('/', 1)[0].replace('/', '.')
            state[module + '.weight'] = plain(node.input[1].removesuffix(QUANTIZED)).T.contiguous()
    return state


if __name__ == '__main__':
    torch.save(weights(sys.argv[1]), sys.argv[2])
