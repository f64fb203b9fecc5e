"""JAX's own functions; its losses are Optax's, its layers those of Flax and others."""

import jax
import jax.numpy as jnp

MISSING = {
    "cross-entropy": "JAX has no losses; Optax has",
    "binary cross-entropy": "JAX has no losses; Optax has",
    "focal loss": "JAX has no losses; Optax has",
    "overlap of masks": "JAX has no losses; Optax has",
    "regression losses": "JAX has no losses; Optax has",
    "boxes": "JAX has no boxes",
    "metrics": "JAX has no metrics",
    "optimizers": "JAX has no optimizers to train with; Optax has",
    "batch_norm": "JAX has no layers; Flax has",
    "norm_epsilon": "JAX has no layers; Flax has",
    "dense_start": "JAX has no layers; Flax has",
    "embedding_start": "JAX has no layers; Flax has",
    "clip_large": "JAX clips no gradients; Optax does",
    "clip_ordinary": "JAX clips no gradients; Optax does",
    "half_cross_entropy": "JAX has no losses; Optax has",
    "half_squared_error": "JAX has no losses; Optax has",
    "half_dice": "JAX has no losses; Optax has",
}


def softmax_minus_infinity(count):
    return jax.nn.softmax(jnp.full(count, -jnp.inf))


def slope_relu(point):
    return jax.grad(jax.nn.relu)(point)


def slope_leaky_relu(point):
    return jax.grad(jax.nn.leaky_relu)(point)


def slope_abs(point):
    return jax.grad(jnp.abs)(point)


def slope_maximum(point):
    return jax.grad(lambda x: jnp.maximum(x, 0.0))(point)


def slope_clip(point):
    return jax.grad(lambda x: jnp.clip(x, 0.0, 1.0))(point)


def slope_max_tie(values):
    return jax.grad(jnp.max)(jnp.array(values))


def slope_norm(values):
    return jax.grad(jnp.linalg.norm)(jnp.array(values))


def value_sigmoid(points):
    return jax.nn.sigmoid(jnp.array(points))


def value_softplus(points):
    return jax.nn.softplus(jnp.array(points))


def value_tanh(points):
    return jnp.tanh(jnp.array(points))


def value_gelu(points):
    return jax.nn.gelu(jnp.array(points), approximate=False)


def value_silu(points):
    return jax.nn.silu(jnp.array(points))


def error_sigmoid(points):
    return jax.nn.sigmoid(points)


def error_softplus(points):
    return jax.nn.softplus(points)


def error_tanh(points):
    return jnp.tanh(points)


def error_gelu(points):
    return jax.nn.gelu(points, approximate=False)


def error_silu(points):
    return jax.nn.silu(points)


def tiny_inputs(point):
    x = jnp.float32(point)
    return {
        "expm1": jnp.expm1(x),
        "elu": jax.nn.elu(x),
        "erf": jax.lax.erf(x),
        "atanh": jnp.arctanh(x),
    }


def nan(point):
    return {
        "relu": jax.nn.relu(point),
        "sigmoid": jax.nn.sigmoid(point),
        "tanh": jnp.tanh(point),
        "maximum": jnp.maximum(point, 0),
    }


def minus_infinity(point):
    return {
        "gelu": jax.nn.gelu(point, approximate=False),
        "silu": jax.nn.silu(point),
        "softplus": jax.nn.softplus(point),
        "elu": jax.nn.elu(point),
    }


def leaky_slope(point):
    return jax.nn.leaky_relu(point)


def hard_sigmoid(point):
    return jax.nn.hard_sigmoid(point)


def gelu_form(point):
    return jax.nn.gelu(point)


def standard_deviation(values):
    return jnp.std(jnp.array(values))


def median(values):
    return jnp.median(jnp.array(values))


def he_normal(fan_in, fan_out):
    return jax.nn.initializers.he_normal()(jax.random.key(0), (fan_in, fan_out))


def sum_tenths(count, number):
    return jnp.full(count, number).sum()


def mean_tenths(count, number):
    return jnp.full(count, number).mean()


def norm_tenths(count, number):
    return jnp.linalg.norm(jnp.full(count, number))


def variance_large(values):
    return jnp.var(jnp.array(values))


def norm_large(values):
    return jnp.linalg.norm(jnp.array(values))


def norm_small(values):
    return jnp.linalg.norm(jnp.array(values))


def half_sum(count):
    return {
        "float16": jnp.ones(count, jnp.float16).sum(),
        "bfloat16": jnp.ones(count, jnp.bfloat16).sum(),
    }
