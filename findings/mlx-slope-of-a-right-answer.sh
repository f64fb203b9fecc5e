#!/bin/sh
# MLX 0.32.4 on the CPU: binary_cross_entropy of probabilities (with_logits=False) has the slope
# NaN where the probability is exactly 1 and the label is 1, a sure and right answer, and likewise
# at 0. The value is right (0): it is clipped, and the slope of the clipped branch is 0 times
# infinity. In float32 the sigmoid is exactly 1 from a score of about 17, so that one well-learnt
# example makes every weight NaN.
#
# Guess before the run: slope 0 or -1, as in PyTorch, which clips the logarithm at the same -100.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check 'mlx[cpu]==0.32.4'
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import mlx.core as mx
import mlx.nn as nn


def loss(p, label):
    return nn.losses.binary_cross_entropy(p, label, with_logits=False)


for p, label in ((1.0, 1.0), (0.0, 0.0), (0.5, 1.0)):
    pair = mx.array(p), mx.array(label)
    print(p, label, abs(loss(*pair).item()) < 1, mx.grad(loss)(*pair).item())
through = mx.grad(lambda z: loss(mx.sigmoid(z), mx.array(1.0)))
print("through a sigmoid, at 20:", through(mx.array(20.0)).item())
CODE
diff "$folder/seen" - <<'SEEN'
1.0 1.0 True nan
0.0 0.0 True nan
0.5 1.0 True -2.0
through a sigmoid, at 20: nan
SEEN
