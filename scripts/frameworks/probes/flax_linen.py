"""Flax Linen: layers for JAX. Its activation functions are JAX's own."""

import flax.linen as nn
import jax
import jax.numpy as jnp

MISSING = {
    "cross-entropy": "Flax has no losses; Optax has",
    "binary cross-entropy": "Flax has no losses; Optax has",
    "focal loss": "Flax has no losses; Optax has",
    "overlap of masks": "Flax has no losses; Optax has",
    "regression losses": "Flax has no losses; Optax has",
    "boxes": "Flax has no boxes",
    "metrics": "Linen has no metrics",
    "activation functions": "they are JAX's own",
    "slope_relu": "it is JAX's own",
    "slope_leaky_relu": "it is JAX's own",
    "slope_abs": "it is JAX's own",
    "slope_maximum": "it is JAX's own",
    "slope_clip": "it is JAX's own",
    "slope_max_tie": "it is JAX's own",
    "slope_norm": "it is JAX's own",
    "leaky_slope": "it is JAX's own",
    "hard_sigmoid": "it is JAX's own",
    "standard_deviation": "it is JAX's own",
    "median": "it is JAX's own",
    "optimizers": "Flax has no optimizers; Optax has",
    "sums and norms": "they are JAX's own",
    "half precision": "Flax has no losses; Optax has",
}


def gelu_form(point):
    return nn.gelu(point)


def batch_norm(batch):
    layer = nn.BatchNorm(use_running_average=False)
    x = jnp.array(batch)[:, None]
    state = layer.init(jax.random.key(0), x)
    _, new = layer.apply(state, x, mutable=["batch_stats"])
    return {"mean": new["batch_stats"]["mean"], "variance": new["batch_stats"]["var"]}


def norm_epsilon():
    return {"batch": nn.BatchNorm().epsilon, "layer": nn.LayerNorm().epsilon}


def dense_start(fan_in, fan_out):
    state = nn.Dense(fan_out).init(jax.random.key(0), jnp.zeros((1, fan_in)))["params"]
    return {"weight": state["kernel"], "bias": state["bias"]}


def he_normal(fan_in, fan_out):
    return nn.initializers.he_normal()(jax.random.key(0), (fan_in, fan_out))


def embedding_start(count, size):
    layer = nn.Embed(count, size)
    return layer.init(jax.random.key(0), jnp.array([0]))["params"]["embedding"]
