"""Equinox: layers for JAX."""

import equinox as eqx
import jax
import jax.numpy as jnp

MISSING = {
    "cross-entropy": "Equinox has no losses; Optax has",
    "binary cross-entropy": "Equinox has no losses; Optax has",
    "focal loss": "Equinox has no losses; Optax has",
    "overlap of masks": "Equinox has no losses; Optax has",
    "regression losses": "Equinox has no losses; Optax has",
    "boxes": "Equinox has no boxes",
    "metrics": "Equinox has no metrics",
    "activation functions": "they are JAX's own",
    "slopes at kinks": "the functions are JAX's own",
    "leaky_slope": "it is JAX's own",
    "hard_sigmoid": "it is JAX's own",
    "gelu_form": "it is JAX's own",
    "standard_deviation": "it is JAX's own",
    "median": "it is JAX's own",
    "optimizers": "Equinox has no optimizers; Optax has",
    "he_normal": "it is JAX's own",
    "sums and norms": "they are JAX's own",
    "half precision": "Equinox has no losses; Optax has",
}


def batch_norm(batch):
    layer, state = eqx.nn.make_with_state(eqx.nn.BatchNorm)(1, "batch", mode="batch")
    run = jax.vmap(layer, axis_name="batch", in_axes=(0, None), out_axes=(0, None))
    _, state = run(jnp.array(batch)[:, None], state)
    mean, variance = state.get(layer.batch_state_index)
    return {"mean": mean, "variance": variance}


def norm_epsilon():
    layer, _ = eqx.nn.make_with_state(eqx.nn.BatchNorm)(1, "batch", mode="batch")
    return {"batch": layer.eps, "layer": eqx.nn.LayerNorm(2).eps}


def dense_start(fan_in, fan_out):
    layer = eqx.nn.Linear(fan_in, fan_out, key=jax.random.key(0))
    return {"weight": layer.weight, "bias": layer.bias}


def embedding_start(count, size):
    return eqx.nn.Embedding(count, size, key=jax.random.key(0)).weight
