#!/bin/sh
# TVM 0.27.0.post1 adds float16 numbers one by one in float16: the sum of 3000, 5000 and 50,000
# ones is 2048, from where adding 1 changes nothing. A mean of such values is as wrong. ONNX
# Runtime, PyTorch and NumPy give 5000.
#
# Guess before the run: 5000: a wider sum, or sums of parts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check apache-tvm==0.27.0.post1 onnx==1.23.2 numpy==2.4.6
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import numpy as np
from onnx import TensorProto, helper
from tvm import relax, runtime
from tvm.relax.frontend.onnx import from_onnx

for count in (2000, 3000, 5000, 50_000):
    x = np.ones(count, np.float16)
    graph = helper.make_graph(
        [helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT16, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT16, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    module = relax.build(from_onnx(model, keep_params_in_input=False), target="llvm")
    machine = relax.VirtualMachine(module, runtime.cpu())
    print(count, float(machine["main"](runtime.tensor(x)).numpy()))
CODE
diff "$folder/seen" - <<'SEEN'
2000 2000.0
3000 2048.0
5000 2048.0
50000 2048.0
SEEN
