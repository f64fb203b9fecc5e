#!/bin/sh
# TVM 0.27.0.post1 reads the momentum of an ONNX BatchNormalization in training mode the other way
# round. ONNX's formula is running * momentum + batch * (1 - momentum), so that a batch with mean
# 1 moves a running mean from 0 to 0.1 with momentum 0.9. TVM moves it to 0.9. ONNX's reference
# evaluator gives 0.1.
#
# Guess before the run: 0.1 from both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check apache-tvm==0.27.0.post1 onnx==1.23.2 numpy==2.4.6
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import numpy as np
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator
from tvm import relax, runtime
from tvm.relax.frontend.onnx import from_onnx

values = {
    "x": np.float32([[0], [2]]),
    "scale": np.float32([1]),
    "bias": np.float32([0]),
    "mean": np.float32([0]),
    "var": np.float32([1]),
}
outputs = ["y", "new_mean", "new_var"]
node = helper.make_node("BatchNormalization", list(values), outputs, training_mode=1, momentum=0.9)
info = helper.make_tensor_value_info
graph = helper.make_graph(
    [node],
    "g",
    [info(name, TensorProto.FLOAT, value.shape) for name, value in values.items()],
    [info(name, TensorProto.FLOAT, None) for name in outputs],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
print("ONNX reference", ReferenceEvaluator(model).run(None, values)[1].round(4))
module = relax.build(from_onnx(model, keep_params_in_input=False), target="llvm")
machine = relax.VirtualMachine(module, runtime.cpu())
out = machine["main"](*[runtime.tensor(value) for value in values.values()])
print("TVM", out[1].numpy().round(4))
CODE
diff "$folder/seen" - <<'SEEN'
ONNX reference [0.1]
TVM [0.9]
SEEN
