"""Haiku: layers for JAX."""

import haiku as hk
import jax
import jax.numpy as jnp

MISSING = {
    "cross-entropy": "Haiku has no losses; Optax has",
    "binary cross-entropy": "Haiku has no losses; Optax has",
    "focal loss": "Haiku has no losses; Optax has",
    "overlap of masks": "Haiku has no losses; Optax has",
    "regression losses": "Haiku has no losses; Optax has",
    "boxes": "Haiku has no boxes",
    "metrics": "Haiku has no metrics",
    "activation functions": "they are JAX's own",
    "slopes at kinks": "the functions are JAX's own",
    "leaky_slope": "it is JAX's own",
    "hard_sigmoid": "it is JAX's own",
    "gelu_form": "it is JAX's own",
    "standard_deviation": "it is JAX's own",
    "median": "it is JAX's own",
    "optimizers": "Haiku has no optimizers; Optax has",
    "sums and norms": "they are JAX's own",
    "half precision": "Haiku has no losses; Optax has",
}


def state_of(function, *inputs):
    """Return the parameters and the state after one call."""
    network = hk.transform_with_state(function)
    parameters, state = network.init(jax.random.key(0), *inputs)
    _, state = network.apply(parameters, state, None, *inputs)
    return parameters, state


def batch_norm(batch):
    def network(x):
        return hk.BatchNorm(True, True, decay_rate=0.9)(x, is_training=True)

    _, state = state_of(network, jnp.array(batch)[:, None])
    return {
        "mean": state["batch_norm/~/mean_ema"]["average"],
        "variance": state["batch_norm/~/var_ema"]["average"],
    }


def norm_epsilon():
    def network(x):
        return [hk.BatchNorm(True, True, 0.9).eps, hk.LayerNorm(-1, True, True).eps]

    found = []
    hk.transform(lambda x: found.extend(network(x))).init(jax.random.key(0), 0.0)
    return {"batch": found[0], "layer": found[1]}


def dense_start(fan_in, fan_out):
    parameters, _ = state_of(lambda x: hk.Linear(fan_out)(x), jnp.zeros((1, fan_in)))
    return {"weight": parameters["linear"]["w"], "bias": parameters["linear"]["b"]}


def he_normal(fan_in, fan_out):
    make = hk.initializers.VarianceScaling(2.0, "fan_in", "truncated_normal")
    network = hk.transform(lambda: make((fan_in, fan_out), jnp.float32))
    return network.apply({}, jax.random.key(0))


def embedding_start(count, size):
    parameters, _ = state_of(lambda x: hk.Embed(count, size)(x), jnp.array([0]))
    return parameters["embed"]["embeddings"]
