#!/bin/sh
# PaddlePaddle 3.3.1 on the CPU: cross_entropy never exceeds 64 in float32. Logits (60, 0), (64,
# 0), (100, 0) and (1000, 0) with label 1 cost 60, 64, 64 and 64; the true values are 60, 64, 100
# and 1000. In float64 the ceiling is 64 as well. The gradient stays right (-1), so that training
# goes on while the reported loss stands still.
#
# Guess before the run: 100 and 1000, as in every other library that takes logits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 setuptools
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import paddle
import paddle.nn.functional as F

for kind in ("float32", "float64"):
    for score in (60.0, 64.0, 100.0, 1000.0):
        logits = paddle.to_tensor([[score, 0.0]], dtype=kind, stop_gradient=False)
        loss = F.cross_entropy(logits, paddle.to_tensor([1]))
        loss.backward()
        print(kind, score, f"{loss.item():.4f}", "slope", logits.grad[0, 1].item())
CODE
diff "$folder/seen" - <<'SEEN'
float32 60.0 60.0000 slope -1.0
float32 64.0 64.0000 slope -1.0
float32 100.0 64.0000 slope -1.0
float32 1000.0 64.0000 slope -1.0
float64 60.0 60.0000 slope -1.0
float64 64.0 64.0000 slope -1.0
float64 100.0 64.0000 slope -1.0
float64 1000.0 64.0000 slope -1.0
SEEN
