#!/bin/sh
# Haiku 0.0.17: the weights of hk.Linear have 0.77 of the variance 1/fan-in, and those of hk.Embed
# 0.77 of the variance 1, because hk.initializers.TruncatedNormal cuts at two standard deviations
# and does not make up for what it cuts off. hk.initializers.VarianceScaling with the same
# distribution does make up for it, as do the defaults of Flax and Keras. After ten such layers a
# signal has 0.077 of its variance.
#
# Guess before the run: 1.00 in all three, since Flax's default for the same purpose is exact.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check dm-haiku==0.0.17 jax==0.10.2
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import haiku as hk
import jax
import jax.numpy as jnp


def variance(function, *inputs):
    weights = hk.transform(function).init(jax.random.key(0), *inputs)
    return jnp.var(jax.tree.leaves(weights)[-1]).item()


scaled = hk.initializers.VarianceScaling(1.0, "fan_in", "truncated_normal")
x = jnp.zeros((1, 1000))
print(f"Linear {1000 * variance(lambda x: hk.Linear(1000, with_bias=False)(x), x):.2f}")
start = lambda x: hk.Linear(1000, with_bias=False, w_init=scaled)(x)
print(f"Linear with VarianceScaling {1000 * variance(start, x):.2f}")
print(f"Embed {variance(lambda i: hk.Embed(1000, 1000)(i), jnp.array([0])):.2f}")
CODE
diff "$folder/seen" - <<'SEEN'
Linear 0.77
Linear with VarianceScaling 1.00
Embed 0.77
SEEN
