"""Flax NNX: layers and metrics for JAX. Its activation functions are JAX's own."""

import jax.numpy as jnp
from flax import nnx

MISSING = {
    "cross-entropy": "Flax has no losses; Optax has",
    "binary cross-entropy": "Flax has no losses; Optax has",
    "focal loss": "Flax has no losses; Optax has",
    "overlap of masks": "Flax has no losses; Optax has",
    "regression losses": "Flax has no losses; Optax has",
    "boxes": "Flax has no boxes",
    "metrics": "NNX has accuracy, average and Welford's variance only",
    "activation functions": "they are JAX's own",
    "slopes at kinks": "the functions are JAX's own",
    "leaky_slope": "it is JAX's own",
    "hard_sigmoid": "it is JAX's own",
    "median": "it is JAX's own",
    "optimizers": "NNX hands over to Optax",
    "sums and norms": "they are JAX's own",
    "half precision": "Flax has no losses; Optax has",
}


def threshold_tie(truth, scores):
    metric = nnx.metrics.Accuracy(threshold=0.5)
    metric.update(logits=jnp.array(scores), labels=jnp.array(truth, int))
    return metric.compute()


def gelu_form(point):
    return nnx.gelu(point)


def batch_norm(batch):
    layer = nnx.BatchNorm(1, rngs=nnx.Rngs(0))
    layer(jnp.array(batch)[:, None])
    return {"mean": layer.mean[...], "variance": layer.var[...]}


def norm_epsilon():
    rngs = nnx.Rngs(0)
    return {
        "batch": nnx.BatchNorm(1, rngs=rngs).epsilon,
        "layer": nnx.LayerNorm(2, rngs=rngs).epsilon,
    }


def standard_deviation(values):
    metric = nnx.metrics.Welford()
    metric.update(values=jnp.array(values))
    return metric.compute().standard_deviation


def dense_start(fan_in, fan_out):
    layer = nnx.Linear(fan_in, fan_out, rngs=nnx.Rngs(0))
    return {"weight": layer.kernel[...], "bias": layer.bias[...]}


def he_normal(fan_in, fan_out):
    return nnx.initializers.he_normal()(nnx.Rngs(0).params(), (fan_in, fan_out))


def embedding_start(count, size):
    return nnx.Embed(count, size, rngs=nnx.Rngs(0)).embedding[...]
