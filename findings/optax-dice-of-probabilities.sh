#!/bin/sh
# Optax 0.2.8: binary_dice_loss with apply_sigmoid=False, which is documented for predictions that
# are probabilities already, refuses probabilities: it wants each pixel's only probability to sum
# to 1 over the classes. Only a prediction of 1 everywhere passes. With logits the same picture is
# accepted.
#
# Guess before the run: apply_sigmoid=False takes the probabilities and gives the loss of the
# logits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check optax==0.2.8 jax==0.10.2
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import jax.numpy as jnp
import optax

logits, mask = jnp.array([[2.0, -2.0, 1.0]]), jnp.array([[1.0, 0.0, 1.0]])
print(f"logits: {optax.losses.binary_dice_loss(logits, mask).item():.4f}")
for p in (1 / (1 + jnp.exp(-logits)), jnp.ones((1, 3))):
    try:
        loss = optax.losses.binary_dice_loss(p, mask, apply_sigmoid=False).item()
        print(f"probabilities: {loss:.4f}")
    except ValueError as error:
        print("probabilities:", "sum to 1" in str(error) and "refused, they must sum to 1")
CODE
diff "$folder/seen" - <<'SEEN'
logits: 0.0885
probabilities: refused, they must sum to 1
probabilities: 0.1429
SEEN
