"""Makes the vectors that DequantizerTest holds the decoder to: random blocks, decoded by the gguf package (pip install gguf==0.19.0).

usage: python make.py   (writes NAME.blocks and NAME.floats, little-endian, beside itself)
"""
import pathlib

import numpy as np
from gguf import GGMLQuantizationType as Q
from gguf.quants import dequantize

HERE = pathlib.Path(__file__).parent
BLOCKS = 4
# type -> bytes of a block, and where its half-precision scales are (so that they can be made finite)
LAYOUT = {Q.F32: (4 * 32, []), Q.F16: (2 * 32, range(0, 64, 2)), Q.Q8_0: (34, [0]), Q.Q4_0: (18, [0]), Q.Q4_1: (20, [0, 2]),
          Q.Q4_K: (144, [0, 2]), Q.Q6_K: (210, [208])}
random = np.random.default_rng(20260801)
for kind, (size, halves) in LAYOUT.items():
    blocks = random.integers(0, 256, (BLOCKS, size), dtype=np.uint8)
    if kind == Q.F32:
        blocks = random.normal(size=(BLOCKS, 32)).astype("<f4").view(np.uint8)
    for at in halves:  # one normal, one negative, one subnormal, one large
        scale = np.array([0.0123, -0.37, 3e-7, 1900.5], "<f2") * random.choice([1, 2, 4], BLOCKS).astype("<f2")
        blocks[:, at:at + 2] = scale.astype("<f2").view(np.uint8).reshape(BLOCKS, 2)
    floats = dequantize(blocks.reshape(-1).view("<f4" if kind == Q.F32 else "<f2") if kind in (Q.F32, Q.F16) else blocks, kind)
    blocks.tofile(HERE / f"{kind.name}.blocks")
    floats.astype("<f4").tofile(HERE / f"{kind.name}.floats")
