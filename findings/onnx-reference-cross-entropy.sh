#!/bin/sh
# ONNX 1.23.2's reference evaluator, against which runtimes are judged, computes
# SoftmaxCrossEntropyLoss as the logarithm of a softmax. Logits (100, 0) with the second class
# cost 99.983 instead of 100, because exp(-100) is a subnormal float32 with few digits, and from
# (110, 0) the loss is infinite. The same operator in ONNX Runtime gives 100 and 110.
#
# Guess before the run: 100 and 110, since the specification defines the operator by LogSoftmax.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import numpy as np
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

info = helper.make_tensor_value_info
graph = helper.make_graph(
    [helper.make_node("SoftmaxCrossEntropyLoss", ["x", "labels"], ["y"])],
    "g",
    [info("x", TensorProto.FLOAT, [1, 2]), info("labels", TensorProto.INT64, [1])],
    [info("y", TensorProto.FLOAT, [])],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
session = onnxruntime.InferenceSession(model.SerializeToString())
for score in (50.0, 100.0, 110.0):
    case = {"x": np.float32([[score, 0]]), "labels": np.int64([1])}
    with np.errstate(divide="ignore"):
        reference = ReferenceEvaluator(model).run(None, case)[0]
    print(score, f"{float(reference):.3f}", f"{float(session.run(None, case)[0]):.3f}")
CODE
diff "$folder/seen" - <<'SEEN'
50.0 50.000 50.000
100.0 99.983 100.000
110.0 inf 110.000
SEEN
