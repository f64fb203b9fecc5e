"""7 Weight initialization."""

# %% exercise output_bias
# Of your training welds few have a crack. Return the output bias with which a sigmoid neuron begins by
# saying just that share, before it has learned anything: the log-odds of the class.

# %% start
import math


def output_bias(labels):
    """Return the log-odds of the share of ones in labels, zeros and ones."""


# %% hint
# First the share of cracks: how many ones there are among all labels.

# %% hint
# The odds are share / (1 − share), and the bias is their natural logarithm. A rare class has odds below
# 1, so that its bias is negative.


# %% solution
def output_bias(labels):
    share = sum(labels) / len(labels)
    return math.log(share / (1 - share))


# %% tests
test(
    [0, 1, 0, 1],
    wanted=0.0,
    hint="Half of them: the odds are 1, and the neuron begins undecided.",
)
test(
    [1] * 3 + [0] * 97,
    call="`output_bias(labels)` with 3 cracks in 100 welds",
    wanted=-3.476098689757,
    hint="The share is 0.03; the sigmoid of the bias must be 0.03 again.",
)
test(
    [1] * 9 + [0],
    call="`output_bias(labels)` with 9 cracks in 10 welds",
    wanted=2.197224577336,
    hint="The class is frequent here, so that the bias is positive.",
)


# %% wrong: The sign is wrong: a rare class must begin with a negative score. The share stands above, what is left of it below.
def output_bias(labels):
    share = sum(labels) / len(labels)
    return math.log((1 - share) / share)


# %% wrong: This is the logarithm of the share. The sigmoid undoes the log-odds, so divide by 1 − share first.
def output_bias(labels):
    return math.log(sum(labels) / len(labels))


# %% wrong: This is the share itself. A bias is a score, which the sigmoid turns into a share: take the log-odds.
def output_bias(labels):
    return sum(labels) / len(labels)


# %% wrong: `math.log10` is the logarithm to the base 10. The sigmoid is made with e: take `math.log`.
def output_bias(labels):
    share = sum(labels) / len(labels)
    return math.log10(share / (1 - share))


# %% exercise he_normal
# Draw He's start weights for a dense layer. [The right scale][initialization-scale]

# %% start
import math


def he_normal(fan_in, fan_out, rng):
    """Return He's start weights for a dense layer, shape (fan_out, fan_in).

    rng: a NumPy generator;
    rng.normal(scale=…, size=…) draws numbers of mean 0.
    """


# %% hint
# The variance of a weight is 2 / fan_in. The generator wants the standard deviation.

# %% hint
# A row for each unit that the layer has, a column for each number that comes in.


# %% solution
def he_normal(fan_in, fan_out, rng):
    std = math.sqrt(2 / fan_in)
    return rng.normal(scale=std, size=(fan_out, fan_in))


# %% tests
RNG = np.random.default_rng(0)
test(
    400,
    100,
    RNG,
    call="he_normal(400, 100, rng).shape",
    of=np.shape,
    wanted=(100, 400),
    hint="100 units, each with 400 weights.",
)
test(
    400,
    100,
    RNG,
    call="the mean of `he_normal(400, 100, rng)`, to 2 digits",
    of=lambda got: round(float(np.mean(got)), 2),
    wanted=0.0,
    hint="The weights lie around 0.",
)
test(
    400,
    100,
    RNG,
    call="the standard deviation of `he_normal(400, 100, rng)`, to 3 digits",
    of=lambda got: round(float(np.std(got)), 3),
    wanted=0.071,
    hint="√(2/400) is 0.0707. The smaller the fan-in, the larger the weights.",
)


# %% wrong: You divide by the number of outputs. What must keep its scale is the sum over the inputs: divide by `fan_in`.
def he_normal(fan_in, fan_out, rng):
    return rng.normal(scale=math.sqrt(2 / fan_out), size=(fan_out, fan_in))


# %% wrong: This is Xavier's variance, 2/(fan-in + fan-out), which is for tanh. He's is 2/fan-in.
def he_normal(fan_in, fan_out, rng):
    return rng.normal(
        scale=math.sqrt(2 / (fan_in + fan_out)), size=(fan_out, fan_in)
    )


# %% wrong: This is the variance in the place of the standard deviation: take the square root of 2/fan-in.
def he_normal(fan_in, fan_out, rng):
    return rng.normal(scale=2 / fan_in, size=(fan_out, fan_in))


# %% wrong: The 2 is missing. ReLU lets only half of the squares through, and the 2 makes up for it.
def he_normal(fan_in, fan_out, rng):
    return rng.normal(scale=math.sqrt(1 / fan_in), size=(fan_out, fan_in))


# %% wrong: The scale is right and the shape is turned: a row for each unit, (fan_out, fan_in).
def he_normal(fan_in, fan_out, rng):
    return rng.normal(scale=math.sqrt(2 / fan_in), size=(fan_in, fan_out))


# %% wrong: All weights are positive here: `uniform(0, …)` has no mean of 0. Draw with `rng.normal`.
def he_normal(fan_in, fan_out, rng):
    return rng.uniform(0, math.sqrt(2 / fan_in), size=(fan_out, fan_in))
