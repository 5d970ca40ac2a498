"""Writes small.onnx_adapter with ONNX Runtime's own writer (onnxruntime 1.29, numpy)."""

import pathlib

import numpy as np
import onnxruntime as ort

a = np.arange(8, dtype=np.float32).reshape(4, 2)
b = np.arange(6, dtype=np.float32).reshape(2, 3) / 4
adapter = ort.AdapterFormat()
adapter.set_adapter_version(1)
adapter.set_model_version(1)
adapter.set_parameters(
    {
        "p.lora_A.weight": ort.OrtValue.ortvalue_from_numpy(a),
        "p.lora_B.weight": ort.OrtValue.ortvalue_from_numpy(b),
    }
)
adapter.export_adapter(str(pathlib.Path(__file__).with_name("small.onnx_adapter")))
