"""Optax: losses and optimizers for JAX."""

import inspect

import jax
import jax.numpy as jnp
import optax

MISSING = {
    "weighted_indices": "Optax's cross-entropy takes no class weights",
    "weighted_rows": "Optax's cross-entropy takes no class weights",
    "smoothed_weighted": "Optax's cross-entropy takes no class weights",
    "all_ignored": "the integer-label loss takes a mask instead of an ignored label",
    "sure_and_wrong_probabilities": "Optax's cross-entropy takes logits only",
    "softmax_minus_infinity": "Optax has no activation functions",
    "bce_right": "Optax's binary cross-entropy takes logits only",
    "bce_wrong": "Optax's binary cross-entropy takes logits only",
    "boxes": "Optax has no boxes",
    "metrics": "Optax has no metrics",
    "slopes at kinks": "Optax has no activation functions",
    "activation functions": "Optax has no activation functions",
    "defaults": "Optax has no layers and no activation functions",
    "start weights": "Optax has no layers",
    "sum_tenths": "sums are JAX's",
    "mean_tenths": "sums are JAX's",
    "variance_large": "sums are JAX's",
    "half_sum": "sums are JAX's",
}


def smoothed(logits, labels, smoothing):
    rows = optax.smooth_labels(jax.nn.one_hot(jnp.array(labels), len(logits[0])), smoothing)
    return optax.softmax_cross_entropy(jnp.array(logits), rows).mean()


def label_too_large(logits, label):
    return optax.softmax_cross_entropy_with_integer_labels(jnp.array(logits), jnp.array(label))


def label_negative(logits, label):
    return optax.softmax_cross_entropy_with_integer_labels(jnp.array(logits), jnp.array(label))


def sure_and_wrong(logits, label):
    def loss(z):
        return optax.softmax_cross_entropy_with_integer_labels(z, jnp.array(label))

    return {"value": loss(jnp.array(logits)), "slope": jax.grad(loss)(jnp.array(logits))[label]}


def bce_large_logit(logit, label):
    value, slope = jax.value_and_grad(optax.sigmoid_binary_cross_entropy)(logit, label)
    return {"value": value, "slope": slope}


def bce_small_loss(logit):
    return {
        "label 0": optax.sigmoid_binary_cross_entropy(jnp.float32(-logit), 0.0),
        "label 1": optax.sigmoid_binary_cross_entropy(jnp.float32(logit), 1.0),
    }


def bce_smoothed(logit, label, smoothing):
    raise NotImplementedError("smooth_labels wants rows of at least two classes")


def focal_default(logits, targets):
    values = optax.losses.sigmoid_focal_loss(jnp.array(logits), jnp.array(targets))
    return {"missed": values[0], "false alarm": values[1]}


def focal_options():
    options = inspect.signature(optax.losses.sigmoid_focal_loss).parameters
    return {
        "alpha": options["alpha"].default,
        "gamma": options["gamma"].default,
        "reduction": "none",
    }


def focal_alpha(logits, targets, alpha):
    values = optax.losses.sigmoid_focal_loss(
        jnp.array(logits), jnp.array(targets), alpha=alpha, gamma=0.0
    )
    return {"missed": values[0], "false alarm": values[1]}


def focal_slope(logits, gamma):
    def loss(z):
        return optax.losses.sigmoid_focal_loss(z, jnp.float32(1.0), gamma=gamma)

    return {str(int(z)): jax.grad(loss)(jnp.float32(z)) for z in logits}


def dice(probabilities, masks, **options):
    """Take pictures of one class; as logits, because probabilities must sum to 1."""
    logits = jax.scipy.special.logit(jnp.asarray(probabilities))
    pair = logits[..., None], jnp.asarray(masks)[..., None]
    return optax.losses.dice_loss(*pair, **options).mean()


def dice_nothing(side):
    return dice(jnp.zeros((1, side, side)), jnp.zeros((1, side, side)))


def dice_sound(side, logits):
    mask = jnp.zeros((1, side, side))
    pair = lambda z: ((mask + z)[..., None], mask[..., None])  # noqa: E731
    return {f"{z:.0f}": optax.losses.dice_loss(*pair(z)).mean() for z in logits}


def dice_false_alarm(side):
    mask = jnp.zeros((1, side, side))
    return dice(mask.at[0, 0, 0].set(1), mask)


def dice_missed(side):
    found = jnp.zeros((1, side, side))
    return dice(found, found.at[0, 0, 0].set(1))


def dice_batch(found, masks):
    return dice(found, masks)


def dice_probabilities(probabilities, mask):
    return dice([probabilities], [mask])


def tversky_nothing(side):
    mask = jnp.zeros((1, side, side))
    return dice(mask, mask, alpha=0.3, beta=0.7)


def tversky_alpha(found, mask, alpha, beta):
    return dice([found], [mask], alpha=alpha, beta=beta, smooth=0.0)


def smooth_l1(prediction, truth, beta):
    raise NotImplementedError("Optax has the Huber loss only")


def huber(prediction, truth, delta):
    return {
        "default": optax.huber_loss(prediction, truth),
        "0.5": optax.huber_loss(prediction, truth, delta=delta),
    }


def squared_error(prediction, truth):
    return optax.squared_error(jnp.float32(prediction), jnp.float32(truth))


def steps(rule, gradients, weight=0.0):
    """Return the weight before and after each step."""
    w = jnp.float32(weight)
    state, path = rule.init(w), [weight]
    for gradient in gradients:
        update, state = rule.update(jnp.float32(gradient), state, w)
        w = optax.apply_updates(w, update)
        path.append(float(w))
    return path


def adam_epsilon():
    return inspect.signature(optax.adam).parameters["eps"].default


def adam_first_step(gradients, rate):
    return {str(g): -steps(optax.adam(rate), [g])[1] for g in gradients}


def adam_decay(weight, gradient, rate, decay):
    raise NotImplementedError("Optax's adam has no weight decay; adamw has")


def sgd_decay(weight, gradient, rate, decay):
    rule = optax.chain(optax.add_decayed_weights(decay), optax.sgd(rate))
    return steps(rule, [gradient], weight)[1]


def momentum(gradient, rates, momentum):
    schedule = lambda step: jnp.array(rates)[step]  # noqa: E731
    path = steps(optax.sgd(schedule, momentum), [gradient] * 3)
    return path[2] - path[3]


def rmsprop_first_step(gradient, rate):
    return -steps(optax.rmsprop(rate), [gradient])[1]


def adagrad_first_step(gradient, rate):
    return -steps(optax.adagrad(rate), [gradient])[1]


def amsgrad(gradients, rate):
    path = steps(optax.amsgrad(rate), gradients)
    return path[-2] - path[-1]


def norm_tenths(count, number):
    return optax.global_norm(jnp.full(count, number))


def norm_large(values):
    return optax.global_norm(jnp.array(values))


def norm_small(values):
    return optax.global_norm(jnp.array(values))


def clip_large(values, limit):
    return optax.clip_by_global_norm(limit).update(jnp.array(values), None)[0]


def clip_ordinary(values, limit):
    return optax.clip_by_global_norm(limit).update(jnp.array(values), None)[0]


def half_cross_entropy(rows):
    labels = jnp.zeros(rows, int)
    loss = optax.softmax_cross_entropy_with_integer_labels
    return {
        "float16": loss(jnp.zeros((rows, 2), jnp.float16), labels).mean(),
        "bfloat16": loss(jnp.zeros((rows, 2), jnp.bfloat16), labels).mean(),
    }


def half_squared_error(error):
    return {
        "float16": optax.squared_error(jnp.float16(error)),
        "bfloat16": optax.squared_error(jnp.bfloat16(error)),
    }


def half_dice(side):
    return {
        "float16": dice(*[jnp.ones((1, side, side), jnp.float16)] * 2),
        "bfloat16": dice(*[jnp.ones((1, side, side), jnp.bfloat16)] * 2),
    }
