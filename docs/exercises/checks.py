"""Check the exercises.

With your exercises.py in the same folder, `python checks.py` checks all of them and
`python checks.py softplus` checks one.
"""

import math
import sys

import numpy as np


class WrongAnswerError(Exception):
    """What an answer gave, and what was wanted."""


def expect(got, wanted, call):
    """Compare a result with what it should be, up to rounding."""
    if got is None:
        raise WrongAnswerError(f"{call} returns nothing yet")
    got, wanted = np.asarray(got), np.asarray(wanted)
    if got.shape != wanted.shape:
        raise WrongAnswerError(f"{call} has shape {got.shape}, wanted {wanted.shape}")
    if not np.allclose(got, wanted, rtol=1e-6, atol=1e-9, equal_nan=True):
        raise WrongAnswerError(f"{call} is\n{got}, wanted\n{wanted}")


def expect_all(got, wanted, call, names):
    """Compare several results."""
    if got is None:
        raise WrongAnswerError(f"{call} returns nothing yet")
    if len(got) != len(wanted):
        raise WrongAnswerError(f"{call} returns {len(got)} things, wanted {len(wanted)}")
    for each, right, name in zip(got, wanted, names, strict=True):
        expect(each, right, f"{name} of {call}")


def check_to_channels_last(to_channels_last):
    """Each pixel says where it stands."""
    n, c, h, w = np.indices((2, 3, 4, 5))
    got = to_channels_last(1000 * n + 100 * c + 10 * h + w)
    n, h, w, c = np.indices((2, 4, 5, 3))
    expect(got, 1000 * n + 100 * c + 10 * h + w, "to_channels_last(images)")


def check_count_parameters(count_parameters):
    """Three layers, then one."""
    expect(count_parameters([8, 32, 16, 4]), 884, "count_parameters([8, 32, 16, 4])")
    expect(count_parameters([3, 1]), 4, "count_parameters([3, 1])")


def check_perceptron_step(perceptron_step):
    """A miss, a false alarm, and two right answers."""
    features = np.array([0.5, 0.25])
    for weights, bias, label, new_weights, new_bias in [
        ([1.0, 1.0], -1.0, 1, [1.5, 1.25], 0.0),
        ([1.0, 1.0], 0.0, 0, [0.5, 0.75], -1.0),
        ([1.0, 1.0], -1.0, 0, [1.0, 1.0], -1.0),
        ([1.0, 2.0], -1.0, 1, [1.0, 2.0], -1.0),
    ]:
        given = np.array(weights)
        got = perceptron_step(given, bias, features, label)
        call = f"perceptron_step({weights}, {bias}, [0.5, 0.25], {label})"
        expect_all(got, (new_weights, new_bias), call, ("weights", "bias"))
        expect(given, weights, f"after {call} the given array")


def check_collapse(collapse):
    """The one layer must give what the two give."""
    rng = np.random.default_rng(0)
    w1, b1, w2, b2 = (rng.normal(size=shape) for shape in ((5, 3), 5, (2, 5), 2))
    expect_all(
        collapse(w1, b1, w2, b2),
        (np.einsum("ij,jk->ik", w2, w1), np.einsum("ij,j->i", w2, b1) + b2),
        "collapse(w1, b1, w2, b2)",
        ("the weights", "the biases"),
    )


def check_softplus(softplus):
    """Values of 50-digit arithmetic."""
    for x, wanted in [
        (0.0, 0.6931471805599453),
        (3.0, 3.048587351573742),
        (-5.0, 0.006715348489118068),
        (1000.0, 1000.0),
        (-1000.0, 0.0),
    ]:
        expect(softplus(x), wanted, f"softplus({x})")
    expect(1e18 * softplus(-40.0), 4.248354255291589, "softplus(-40.0), times 1e18,")


def check_softmax(softmax):
    """Plain scores, large ones, and rows far apart."""
    porosity = [0.1953649421, 0.7168519309, 0.0877831270]
    scores = np.array([[1.2, 2.5, 0.4], [1001.2, 1002.5, 1000.4], [-998.8, -997.5, -999.6]])
    expect(softmax(scores), [porosity] * 3, f"softmax({scores.tolist()})")


def check_batches(batches):
    """Every number once, the last batch shorter, the order shuffled."""
    got = batches(10, 4, np.random.default_rng(0))
    if got is None:
        raise WrongAnswerError("batches(10, 4, rng) returns nothing yet")
    expect([len(batch) for batch in got], [4, 4, 2], "batches(10, 4, rng): the lengths")
    order = np.concatenate(got)
    expect(np.sort(order), np.arange(10), "batches(10, 4, rng): all numbers, sorted,")
    if np.array_equal(order, np.arange(10)):
        raise WrongAnswerError("batches(10, 4, rng) is not shuffled")


def check_he_normal(he_normal):
    """The shape, and the scale of many draws."""
    got = he_normal(400, 100, np.random.default_rng(0))
    expect(np.shape(got) if got is not None else None, (100, 400), "he_normal(400, 100, rng).shape")
    expect(round(float(np.mean(got)), 2), 0.0, "he_normal(400, 100, rng): the mean, 2 digits,")
    wanted = round(math.sqrt(2 / 400), 3)
    got_std = round(float(np.std(got)), 3)
    expect(got_std, wanted, "he_normal(400, 100, rng): the standard deviation, 3 digits,")


def check_binary_cross_entropy(binary_cross_entropy):
    """Sure and right, sure and wrong."""
    for scores, labels, wanted in [
        ([2.0], [1], 0.1269280110),
        ([2.0, 2.0], [1, 0], 1.1269280110),
        ([1000.0, -1000.0], [1, 0], 0.0),
        ([1000.0, -1000.0], [0, 1], 1000.0),
    ]:
        got = binary_cross_entropy(np.array(scores), np.array(labels))
        expect(got, wanted, f"binary_cross_entropy({scores}, {labels})")


def check_giou(giou):
    """Equal, overlapping, one in the other, apart, and apart in both directions."""
    for a, b, wanted in [
        ((0, 0, 2, 2), (0, 0, 2, 2), 1.0),
        ((0, 0, 4, 2), (2, 0, 6, 2), 1 / 3),
        ((0, 0, 4, 4), (1, 1, 3, 2), 1 / 8),
        ((0, 0, 1, 1), (3, 0, 4, 1), -0.5),
        ((0, 0, 1, 1), (2, 3, 3, 4), -10 / 12),
    ]:
        expect(giou(a, b), wanted, f"giou({a}, {b})")


def check_backward(backward):
    """Nudge every number and watch the loss."""
    rng = np.random.default_rng(0)
    x, w, b, v = (rng.normal(size=shape) for shape in (3, (2, 3), 2, 2))
    for y in (0, 1):
        wanted = nudged(x, y, [w, b, v, np.array(0.3)])
        got = backward(x, y, w, b, v, 0.3)
        call = f"backward(x, {y}, w, b, v, 0.3)"
        expect_all(got, wanted, call, ("gradient w", "gradient b", "gradient v", "gradient c"))


def nudged(x, y, variables, nudge=1e-5):
    """Central differences of the loss for all variables."""

    def loss():
        w, b, v, c = variables
        score = v @ np.tanh(w @ x + b) + c
        return np.logaddexp(0, score) - y * score

    gradients = [np.zeros_like(variable) for variable in variables]
    for variable, gradient in zip(variables, gradients, strict=True):
        for place in np.ndindex(variable.shape):
            kept = variable[place].copy()
            variable[place] = kept + nudge
            above = loss()
            variable[place] = kept - nudge
            gradient[place] = (above - loss()) / (2 * nudge)
            variable[place] = kept
    return [np.round(gradient, 9) for gradient in gradients]


def check_momentum_step(momentum_step):
    """Two steps in a row."""
    weights, velocity = np.array([1.0, 2.0]), np.zeros(2)
    for new_weights, new_velocity in [([0.9, 2.2], [1.0, -2.0]), ([0.71, 2.58], [1.9, -3.8])]:
        got = momentum_step(weights, velocity, np.array([1.0, -2.0]), 0.1, 0.9)
        call = f"momentum_step({weights.tolist()}, {velocity.tolist()}, [1, -2], 0.1, 0.9)"
        expect_all(got, (new_weights, new_velocity), call, ("weights", "velocity"))
        weights, velocity = map(np.asarray, got)


def check_weighted_cross_entropy(weighted_cross_entropy):
    """The chapter's two welds, and scores that overflow if nothing is subtracted."""
    weights = np.array([1.0, 2.0, 5.0])
    for scores, labels, wanted in [
        ([[1.2, 2.5, 0.4], [0, 0, 0]], [1, 2], (2 * 0.3328859717 + 5 * math.log(3)) / 7),
        ([[1000, 0, 0], [0, 1000, 0]], [0, 2], 5000 / 6),
    ]:
        got = weighted_cross_entropy(np.array(scores, float), np.array(labels), weights)
        expect(got, wanted, f"weighted_cross_entropy({scores}, {labels}, [1, 2, 5])")


def check_missed_defect_rate(missed_defect_rate):
    """A crack called porosity is not missed; without defects nothing is known."""
    for predictions, labels, wanted in [
        ([0, 1, 1, 0, 0], [1, 1, 2, 2, 0], 0.5),
        ([0, 3], [0, 0], math.nan),
    ]:
        got = missed_defect_rate(np.array(predictions), np.array(labels))
        expect(got, wanted, f"missed_defect_rate({predictions}, {labels})")


def check_train_neuron(train_neuron):
    """Two steps by hand, then many."""
    features, labels = np.array([[0.0, 1.0], [2.0, 0.0], [2.0, 1.0]]), np.array([0, 1, 1])
    call = "train_neuron(features, labels, 0.6"
    names = ("weights", "bias")
    expect_all(train_neuron(features, labels, 0.6, 1), ([0.4, 0.0], 0.1), f"{call}, 1)", names)
    weights, bias = train_neuron(features, labels, 0.6, 500)
    answers = features @ weights + bias > 0
    expect(answers, labels == 1, f"the answers after {call}, 500)")
    loss = np.mean(np.logaddexp(0, -(2 * labels - 1) * (features @ weights + bias)))
    expect(loss, 0.004904749083, f"the loss after {call}, 500)")


CHECKS = {
    name.removeprefix("check_"): check
    for name, check in list(globals().items())
    if name.startswith("check_")
}


def verdict(check, answer):
    """What to say about an answer."""
    try:
        with np.errstate(all="ignore"):
            check(answer)
    except WrongAnswerError as wrong:
        return f"not yet: {wrong}"
    except Exception as error:  # noqa: BLE001 - whatever the answer raises, the others go on
        return f"not yet: it raises {type(error).__name__}: {error}"
    return "right"


def main(names):
    """Check the exercises of these names, or all; return how many are not right yet."""
    import exercises

    verdicts = [verdict(CHECKS[name], getattr(exercises, name)) for name in names or CHECKS]
    for name, said in zip(names or CHECKS, verdicts, strict=True):
        print(f"{name:<24}{said}")
    right = verdicts.count("right")
    print(f"{right} of {len(verdicts)} right")
    return len(verdicts) - right


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - set(CHECKS)
    if unknown:
        sys.exit(f"no such exercise: {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")
    sys.exit(1 if main(sys.argv[1:]) else 0)
