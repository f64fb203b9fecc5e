#!/bin/sh
# NNabla 1.39.0: a gradient that was set to 0 by `w.g = 0` swallows the weight decay: the solver's
# weight_decay leaves it at 0 and the weight does not move. The same zero written as an array, or
# left by a backward pass, decays as it should (1 becomes 0.999 with rate 0.01 and decay 0.1). The
# number is only noted and filled in later.
#
# Guess before the run: 0.999 in both, because both gradients print as 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.10 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check nnabla==1.39.0
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import nnabla as nn
import nnabla.solvers as S
import numpy as np

for name, zero in (("number", 0), ("array", np.float32([0]))):
    w = nn.Variable.from_numpy_array(np.float32([1]))
    w.need_grad = True
    solver = S.Sgd(0.01)
    solver.set_parameters({"w": w})
    w.g = zero
    solver.weight_decay(0.1)
    solver.update()
    print(name, f"{float(w.d[0]):.4f}")
CODE
diff "$folder/seen" - <<'SEEN'
number 1.0000
array 0.9990
SEEN
