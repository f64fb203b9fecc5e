#!/bin/sh
# PaddlePaddle 3.3.1: sigmoid_focal_loss documents logits of any shape [N, *] and refuses one-
# dimensional ones with a message about a negative size that nobody gave. The same numbers as a
# column are accepted; binary_cross_entropy_with_logits takes both.
#
# Guess before the run: the same loss for (N,) as for (N, 1).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check paddlepaddle==3.3.1 setuptools
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import paddle
import paddle.nn.functional as F

for shape in ([2], [2, 1]):
    logits = paddle.to_tensor([-1.0, 1.0]).reshape(shape)
    labels = paddle.to_tensor([1.0, 0.0]).reshape(shape)
    print(shape, f"{F.binary_cross_entropy_with_logits(logits, labels).item():.4f}", end=" ")
    try:
        print(f"{F.sigmoid_focal_loss(logits, labels).item():.4f}")
    except ValueError as error:
        print("-1" in str(error) and "refused: a size of -1")
CODE
diff "$folder/seen" - <<'SEEN'
[2] 1.3133 refused: a size of -1
[2, 1] 1.3133 0.7019
SEEN
