#!/bin/sh
# Keras 3.15.1 on JAX 0.10.2: the Tversky loss documents alpha as the coefficient of false
# positives and beta as that of false negatives. One pixel is found, one is a false alarm, none is
# missed, so only alpha should matter. It is beta that does: with (alpha, beta) = (0.3, 0.7) the
# loss is 1 - 1/(1 + 0.7) = 0.4118, and one missed pixel costs 1 - 1/(1 + 0.3) = 0.2308. Who
# raises beta in order to miss fewer defects gets the opposite.
#
# Guess before the run: 0.2308 for the false alarm, 0.4118 for the miss, as documented.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2
KERAS_BACKEND=jax "$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import keras
import numpy as np

loss = keras.losses.Tversky(alpha=0.3, beta=0.7)
mask = np.array([[1.0, 0.0, 0.0]])
alarm = np.array([[1.0, 1.0, 0.0]])
print(f"a false alarm costs {float(loss(mask, alarm)):.4f}")
print(f"a miss costs {float(loss(alarm, mask)):.4f}")
CODE
diff "$folder/seen" - <<'SEEN'
a false alarm costs 0.4118
a miss costs 0.2308
SEEN
