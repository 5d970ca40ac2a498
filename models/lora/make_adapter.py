"""Makes an adapter of random numbers for a model folder, to prove that adapters are served; it teaches the model nothing.

usage: make_adapter.py MODEL_DIR OUT.onnx_adapter [--rank 8] [--scale 0.02] [--seed 0] [--projections q,v,up,down]
The folder was imported with --lora (model.lora.onnx lies in it). Needs: onnx, onnxruntime >= 1.20, numpy.
"""

import argparse
import pathlib

import numpy as np
import onnx
import onnxruntime as ort

A, B = ".lora_A.weight", ".lora_B.weight"


def inputs(folder: pathlib.Path) -> dict[str, tuple[int, int]]:
    """Widths in and out of every projection that the graph opens, by its name."""
    graph = onnx.load(folder / "model.lora.onnx", load_external_data=False).graph
    shapes = {i.name: [d.dim_value for d in i.type.tensor_type.shape.dim] for i in graph.input}
    return {n.removesuffix(A): (s[0], shapes[n.replace(A, B)][1]) for n, s in shapes.items() if n.endswith(A)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--projections", default="q,v,up,down")
    given = parser.parse_args()
    wanted = tuple(f"{p}_proj" for p in given.projections.split(","))
    random = np.random.default_rng(given.seed)
    parameters = {}
    for name, (wide_in, wide_out) in inputs(given.model).items():
        if name.endswith(wanted):
            a = random.normal(0, wide_in**-0.5, (wide_in, given.rank)).astype(np.float32)
            b = random.normal(0, given.scale, (given.rank, wide_out)).astype(np.float32)
            parameters[name + A] = ort.OrtValue.ortvalue_from_numpy(a)
            parameters[name + B] = ort.OrtValue.ortvalue_from_numpy(b)
    adapter = ort.AdapterFormat()
    adapter.set_adapter_version(1)
    adapter.set_model_version(1)
    adapter.set_parameters(parameters)
    adapter.export_adapter(str(given.out))
    print(f"{given.out}: {len(parameters)} matrices of rank {given.rank}")


if __name__ == "__main__":
    main()
