#!/bin/sh
# NNabla 1.39.0: huber_loss is twice the Huber loss of PyTorch, Keras, Optax, MLX and
# PaddlePaddle: e*e within delta and delta*(2|e| - delta) beyond. An error of 2 costs 3 with the
# default delta (elsewhere 1.5), an error of 0.5 costs 0.25 (elsewhere 0.125), so that a learning
# rate taken over from another library is doubled.
#
# Guess before the run: 1.5 and 0.125.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.10 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check nnabla==1.39.0
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import nnabla as nn
import nnabla.functions as F
import numpy as np

for error in (2.0, 0.5):
    pair = [nn.Variable.from_numpy_array(np.float32([value])) for value in (error, 0.0)]
    loss = F.huber_loss(*pair)
    loss.forward()
    print(error, float(loss.d[0]))
CODE
diff "$folder/seen" - <<'SEEN'
2.0 3.0
0.5 0.25
SEEN
