#!/bin/sh
# PaddlePaddle 3.3.1 on the CPU: ReLU turns NaN into 0, so that a network whose weights have
# become NaN prints ordinary numbers after its first ReLU. Leaky ReLU, ELU and maximum(x, 0) hand
# the NaN on.
#
# Guess before the run: NaN from all four, as in PyTorch, JAX and TensorFlow.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 setuptools
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import paddle
import paddle.nn.functional as F

x = paddle.to_tensor([float("nan")] * 5)
print("relu      ", F.relu(x).tolist())
print("relu6     ", F.relu6(x).tolist())
print("leaky_relu", F.leaky_relu(x).tolist())
print("maximum   ", paddle.maximum(x, paddle.zeros_like(x)).tolist())
CODE
diff "$folder/seen" - <<'SEEN'
relu       [0.0, 0.0, 0.0, 0.0, 0.0]
relu6      [nan, nan, nan, nan, nan]
leaky_relu [nan, nan, nan, nan, nan]
maximum    [nan, nan, nan, nan, nan]
SEEN
