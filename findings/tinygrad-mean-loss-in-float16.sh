#!/bin/sh
# tinygrad 0.14.0 on its Python device: the mean cross-entropy of 70,000 rows of two equal logits
# is 0 in float16, as if every row were classified perfectly; of 1,000 rows it is 0.694, right to three digits. The
# number of rows is itself a float16, infinite above 65,504, and 0.693 divided by infinity is 0.
#
# Guess before the run: 0.693, or infinity as in other libraries whose sum overflows.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check tinygrad==0.14.0 numpy==2.4.6
DEV=PYTHON PARALLEL=0 "$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
from tinygrad import Tensor, dtypes

for rows in (1_000, 70_000):
    logits = Tensor.zeros(rows, 2, dtype=dtypes.half).contiguous()
    labels = Tensor.zeros(rows, dtype=dtypes.int).contiguous()
    loss = logits.sparse_categorical_crossentropy(labels).float().item()
    print(rows, f"{loss:.3f}")
CODE
diff "$folder/seen" - <<'SEEN'
1000 0.694
70000 0.000
SEEN
