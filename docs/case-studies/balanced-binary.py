# ---
# title: Good weld or defective
# description: Binary cross-entropy against three rivals on balanced welds, judged by error and by whether the output can be read as a probability.
# ---

# %% [markdown]
# # Good weld or defective
#
# **The question.** Half of your welds are defective, and both mistakes cost
# the same. The [decision table][adapting-losses-decision-table] says that you
# should start with binary cross-entropy (BCE) and keep it. Does one of three
# losses that people often try, which are a positive weight, focal loss and
# squared error, do better?
#
# **The answer.** None of them does better. BCE is wrong on 11.1 % of the test
# welds, squared error on 11.2 %, focal loss on 11.7 %, and `pos_weight` 3 on
# 12.7 %. The outputs of BCE and of squared error can be read as probabilities,
# because their mean gap is 0.03. With `pos_weight` 3 the gap is 0.08 and with
# focal loss 0.10, unless you translate the outputs.

# %%
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Markdown

from nnref import losses
from nnref.activations import relu, relu_grad, sigmoid, sigmoid_grad
from nnref.datasets import WELD_FEATURES, standardize, weld_features
from nnref.layers import Activation, Dense, Sequential
from nnref.metrics import accuracy, false_alarm_rate, missed_defect_rate
from nnref.optimizers import Adam
from nnref.training import Loss, epochs

SEEDS = range(20, 28)
EPOCHS = 40
FAINT = plt.rcParams["axes.edgecolor"]

# %% [markdown]
# ## The data {#study-balanced-binary-data}
#
# The data are synthetic welds with eight measurements each, made by
# [weld_features][nnref.datasets.weld_features]. Of six welds three are sound,
# and one each has porosity, a crack or an undercut. The label is 1 for
# defective, whatever the defect.
#
# Each of eight seeds draws three new sets. The network learns from the
# training set, every choice in the code is made on the validation set, and the
# test set is used in one place, after all choices. Measurements are
# [standardized][training-run] by the training set alone.

# %%
COUNTS = {"training": 300, "validation": 500, "test": 2000}
RATIO = (3, 1, 1, 1)


def welds(seed):
    """Return the three sets, standardized by the training set."""
    rng = np.random.default_rng(seed)
    drawn = {
        name: weld_features(count, class_ratio=RATIO, rng=rng)
        for name, count in COUNTS.items()
    }
    seen = drawn["training"].features
    return {
        name: (
            standardize(d.features, by=seen),
            (d.labels != 0)[:, np.newaxis],
        )
        for name, d in drawn.items()
    }


sets = [welds(seed) for seed in SEEDS]
for name, (_, defective) in sets[0].items():
    print(f"{name:<11}{len(defective):>5} welds, {defective.sum()} defective")

# %% alt="Two scatter plots of 300 welds, sound ones as dots and defective ones as crosses. Left, contrast against length: sound welds lie at short lengths and low contrast, defective ones longer or with more contrast, with a broad overlap. Right, roundness against spots per cm: defective welds surround the sound ones on several sides." caption="The task needs a network, because neither plot lets you draw one straight line between sound welds (blue dots) and defective ones (orange crosses)."
shown = weld_features(300, class_ratio=RATIO, rng=np.random.default_rng(0))
bad = shown.labels != 0
figure, axes = plt.subplots(1, 2, figsize=(5.4, 2.9), layout="constrained")
pairs = (("length_mm", "contrast"), ("spots", "roundness"))
units = ("length (mm)", "spots per cm")
for ax, names, unit in zip(axes, pairs, units, strict=True):
    x, y = (shown.features[:, WELD_FEATURES.index(name)] for name in names)
    ax.plot(x[~bad], y[~bad], "C0o", ms=4, alpha=0.6, mew=0)
    ax.plot(x[bad], y[bad], "C1x", ms=4, mew=1.2)
    ax.set(xscale="log", xlabel=unit, ylabel=names[1])
    ax.set_xticks([0.5, 1, 2, 5, 10], ["0.5", "1", "2", "5", "10"])
    ax.minorticks_off()
axes[0].set_title("dots: sound", color="C0", loc="left")
axes[1].set_title("crosses: defective", color="C1", loc="left")
plt.show()

# %% [markdown]
# ## Four losses {#study-balanced-binary-losses}
#
# All four take the score $z$ of one output. Its sigmoid $p$ is what the
# network "says". People reach for the three rivals for these reasons:
#
# - `pos_weight` 3 counts each defective weld three times, because "defects
#   matter more".
# - [Focal loss][losses-focal] plays down easy welds, because the network
#   should "work on the hard ones".
# - Squared error of the sigmoid is chosen because "I know it from regression".
#
# Before any training, the formulas tell what each output will mean. Take many
# welds that look alike, of which a share $f$ is defective. The loss is
# smallest where the pull of the defective welds and that of the sound ones
# cancel. With the slopes of the loss for a defective and for a sound weld,
# this means
#
# $$
# f \, \Big|\frac{\partial \ell}{\partial z}\Big|_{y=1}
#   = (1 - f) \, \Big|\frac{\partial \ell}{\partial z}\Big|_{y=0}
# $$
#
# If you solve this for $f$, you can translate each output.

# %%
bce = losses.binary_cross_entropy_with_logits
bce_grad = losses.binary_cross_entropy_with_logits_grad


def squared_error(logits, targets):
    """Return the mean squared error of the sigmoid."""
    return losses.mean_squared_error(sigmoid(logits), targets)


def squared_error_grad(logits, targets):
    """Return its derivative by the logits, by the chain rule."""
    by_p = losses.mean_squared_error_grad(sigmoid(logits), targets)
    return by_p * sigmoid_grad(logits)


LOSSES = {
    "BCE": Loss(bce, bce_grad),
    "pos_weight 3": Loss(bce, bce_grad, pos_weight=3.0),
    "focal": Loss(
        losses.binary_focal_loss_with_logits,
        losses.binary_focal_loss_with_logits_grad,
    ),
    "squared error": Loss(squared_error, squared_error_grad),
}


def translated(logits, loss):
    """Return the share of defective welds with which a loss is content."""
    up = -loss.grad(logits, np.ones_like(logits))
    down = loss.grad(logits, np.zeros_like(logits))
    return down / (up + down)


said = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
print("output       ", *(f"{p:7.4f}" for p in said))
for name, loss in LOSSES.items():
    meant = translated(np.log(said / (1 - said)), loss)
    print(f"{name:<13}", *(f"{f:7.4f}" for f in meant))

# %% [markdown]
# Where BCE or squared error says 0.70, they mean 70 %. When `pos_weight` 3
# says so, it means 44 %, so it overstates. Focal loss (here with its default
# γ, 2) means 91 %, because it is too modest on both sides. At 0.50, focal loss
# still means one half, but with `pos_weight` 3 only a quarter of such welds is
# defective.
#
# ## Training, and when to stop {#study-balanced-binary-training}
#
# All losses train the same network of 32 ReLU units and one output, with Adam,
# whose steps do not depend on the size of the loss. The sizes of the network
# and of the training set, the batch, the learning rate and the number of
# epochs come from trial runs that printed test numbers, so they were not
# chosen blind. The trials used other seeds, whose welds are in none of these
# sets, and all losses share the settings. The epoch is chosen on the
# validation set: we keep the weights after the epoch with the lowest
# validation loss, where each network is judged by the loss that trained it.


# %%
def train(data, loss, seed):
    """Train one network; keep its weights and what validation says."""
    rng = np.random.default_rng([seed, 1])
    hidden, output = Dense(8, 32, rng=rng), Dense(32, 1, rng=rng)
    model = Sequential(hidden, Activation(relu, relu_grad), output)
    optimizer = Adam(model.parameters(), learning_rate=0.02)
    x, defective = data["validation"]
    run = {"model": model, "weights": [], "loss": [], "error": []}
    for epoch in epochs(
        model,
        *data["training"],
        loss=loss,
        optimizer=optimizer,
        epochs=EPOCHS,
        batch_size=60,
        rng=rng,
        validation=data["validation"],
    ):
        z = model.forward(x)
        run["weights"].append([p.value for p in model.parameters()])
        run["loss"].append(epoch.validation_loss)
        run["error"].append(1 - accuracy(z > 0, defective))
    run["best"] = int(np.argmin(run["loss"]))
    return run


runs = {
    name: [train(d, loss, seed) for seed, d in zip(SEEDS, sets, strict=True)]
    for name, loss in LOSSES.items()
}
for name, of_loss in runs.items():
    best = [run["best"] + 1 for run in of_loss]
    lowest = np.mean([min(run["loss"]) for run in of_loss])
    print(f"{name:<14}lowest loss {lowest:.3f}, in epoch", *best)

# %% [markdown]
# The lowest losses, such as 0.267 for BCE and 0.079 for focal loss, cannot be
# compared, because they are in different units. But is a loss, compared with
# itself, a guide to the error?
#
# ??? question "From its lowest point to the last epoch, the validation loss of BCE rises to 1.18 times its value. What do you expect of the error?"
#     - [ ] It rises about as much: The loss charges for how sure the network is of its mistakes, and the error does not look at that.
#     - [x] On average it does not move
#     - [ ] It falls about as much, because training goes on: It does on the training welds. On the others the network hardly learns anything more.
#
#     On average it does not move: the mean factor is 1.00, and in four seeds
#     the error falls. From its lowest point a loss can only rise, so look at
#     how much. The network becomes surer of its mistakes, and the loss charges
#     for that while the error does not look at it.

# %% alt="Two panels over 40 epochs of training with BCE, eight thin lines for the seeds and a thick mean. Left, the validation loss falls steeply, is lowest in the second ten epochs, marked by a dot, and climbs again. Right, the validation error falls to about a tenth and then stays nearly level; its lowest point is marked too." caption="Thin lines are the eight seeds, and the thick one is their mean. The loss turns upward long before the error does, because the network becomes surer of its mistakes before it makes more of them."
figure, axes = plt.subplots(1, 2, figsize=(5.4, 2.7), layout="constrained")
for ax, what, factor in zip(axes, ("loss", "error"), (1, 100), strict=True):
    curves = factor * np.array([run[what] for run in runs["BCE"]])
    mean, epoch = curves.mean(axis=0), np.arange(1, EPOCHS + 1)
    ax.plot(epoch, curves.T, "C0", lw=0.8, alpha=0.6)
    ax.plot(epoch, mean, "C0")
    ax.plot(mean.argmin() + 1, mean.min(), "C1o", ms=8)
    ax.annotate(
        "lowest mean",
        (mean.argmin() + 1, mean.min()),
        (0, -38),
        textcoords="offset points",
        ha="center",
        color="C1",
        fontsize=10,
    )
    ax.set(xlabel="epoch", ylim=(0, 2 * mean[-1]))
axes[0].set_ylabel("validation loss")
axes[1].set_ylabel("validation error (%)")
plt.show()

# %%


def growth(run, what):
    """Return the last value, divided by that of the kept epoch."""
    return run[what][-1] / run[what][run["best"]]


grown = {
    what: np.array([growth(run, what) for run in runs["BCE"]])
    for what in ("loss", "error")
}
print("last epoch divided by the epoch of the lowest loss")
for what, ratio in grown.items():
    each = " ".join(f"{r:.2f}" for r in ratio)
    print(f"{what:<6}{each}  mean {ratio.mean():.2f}")

# %% [markdown]
# ## Results {#study-balanced-binary-results}
#
# Now we use the test set, for the first and only time. A weld is called
# defective where the output is above 0.5. The calibration error sorts the
# outputs into ten bins, from 0 to 0.1 and so on. In each bin it compares the
# mean output with the share of defective welds, and the result is the mean of
# these gaps, in which each bin counts by the number of its welds.


# %%
def scores(run, inputs, epoch):
    """Return the scores of a network as it was after an epoch."""
    weights = run["weights"][epoch]
    for p, value in zip(run["model"].parameters(), weights, strict=True):
        p.value = value
    return run["model"].forward(inputs)


def calibration_error(p, defective):
    """Return the mean gap between output and frequency over ten bins."""
    index = np.minimum((p * 10).astype(int), 9)
    gaps = [np.sum((p - defective)[index == k]) for k in range(10)]
    return np.abs(gaps).sum() / len(p)


def best_threshold(run, data):
    """Return the threshold with the lowest error on validation data."""
    x, defective = data["validation"]
    p, grid = sigmoid(scores(run, x, run["best"])), np.arange(2, 19) / 20
    return grid[np.argmin([1 - accuracy(p > t, defective) for t in grid])]


def price(called, defective):
    """Return the cost of 100 welds; a miss costs 3, a false alarm 1."""
    alarms, misses = called & ~defective, ~called & defective
    return 100 * (alarms.sum() + 3 * misses.sum()) / len(called)


def judge(run, data, loss):
    """Measure a network on the test set."""
    x, defective = data["test"]
    z, late = scores(run, x, run["best"]), scores(run, x, -1)
    p, f = sigmoid(z), translated(z, loss)
    tuned = best_threshold(run, data)
    return {
        "p": p.ravel(),
        "right": ((p > 0.5) == defective).ravel(),
        "error": 1 - accuracy(p > 0.5, defective),
        "false alarms": false_alarm_rate(p > 0.5, defective),
        "missed": missed_defect_rate(p > 0.5, defective),
        "calibration": calibration_error(p, defective),
        "translated": calibration_error(f, defective),
        "error, f": 1 - accuracy(f > 0.5, defective),
        "error, tuned": 1 - accuracy(p > tuned, defective),
        "late": calibration_error(sigmoid(late), defective),
        "late, f": calibration_error(translated(late, loss), defective),
        "price": price(p > 0.5, defective),
        "price, f": price(f > 0.25, defective),
    }


tests = {}
for name, loss in LOSSES.items():
    both = zip(runs[name], sets, strict=True)
    rows = [judge(run, data, loss) for run, data in both]
    tests[name] = {
        key: np.array([row[key] for row in rows]) for key in rows[0]
    }


def row(name, keys, factors):
    """Return a table row of means and standard deviations over seeds."""
    cells = []
    for key, k in zip(keys, factors, strict=True):
        v, digits = k * tests[name][key], 1 if k > 1 else 3
        cells.append(f"{v.mean():.{digits}f} ± {v.std(ddof=1):.{digits}f}")
    return " | ".join([f"| {name}", *cells]) + " |"


keys = ("error", "false alarms", "missed", "calibration")
head = "error % | false alarms % | missed % | calibration error"
lines = [f"| loss | {head} |", "|---|---:|---:|---:|---:|"]
Markdown("\n".join(lines + [row(n, keys, (100, 100, 100, 1)) for n in tests]))

# %% [markdown]
# The number after ± is the standard deviation over the eight seeds. Since each
# seed gives all losses the same welds and the same start, we can compare seed
# by seed:

# %% alt="Two panels with four losses side by side, a thin line for each of eight seeds and a dash for the mean. Left, test error: BCE and squared error lowest, focal loss a little higher in most seeds, pos_weight 3 highest in nearly all. Right, calibration error: BCE and squared error near 0.03, pos_weight 3 near 0.08, focal loss near 0.10." caption="Each gray line is a seed, and the bar is their mean. The four losses make almost equally many mistakes (left), but two of them give probabilities that are far off (right)."
figure, axes = plt.subplots(1, 2, figsize=(5.4, 3.1), layout="constrained")
labels = ["BCE", "pos_\nweight 3", "focal", "squared\nerror"]
for ax, key, factor in zip(
    axes, ("error", "calibration"), (100, 1), strict=True
):
    values = factor * np.array([t[key] for t in tests.values()])
    ax.plot(range(4), values, color=FAINT, lw=0.8, alpha=0.6)
    for k, of_loss in enumerate(values):
        ax.plot([k] * len(of_loss), of_loss, f"C{k}o", ms=5, alpha=0.7)
        ax.plot([k - 0.3, k + 0.3], [of_loss.mean()] * 2, f"C{k}", lw=3)
    ax.set_xticks(range(4), labels, fontsize=10)
    ax.set_ylim(0, 1.1 * values.max())
axes[0].set_ylabel("test error (%)")
axes[1].set_ylabel("calibration error")
plt.show()

# %%
T = 2.365  # Student's t for eight seeds


def standard_errors(name):
    """Return by how many standard errors a rival is worse, by seed."""
    ours, theirs = tests["BCE"]["right"], tests[name]["right"]
    lost = (ours & ~theirs).sum(axis=1)
    won = (~ours & theirs).sum(axis=1)
    return (lost - won) / np.sqrt(lost + won)


print("error minus that of BCE, in points, with a 95 % interval of the mean")
for name in list(LOSSES)[1:]:
    d = 100 * (tests[name]["error"] - tests["BCE"]["error"])
    half = T * d.std(ddof=1) / np.sqrt(len(d))
    print(
        f"{name:<14}{d.mean():+.2f}, {d.mean() - half:+.2f} to "
        f"{d.mean() + half:+.2f}; worse in {sum(d > 0)} of {len(d)} seeds, "
        f"lowest z {standard_errors(name).min():+.1f}"
    )

# %% [markdown]
# `pos_weight` 3 is worse in all eight seeds. Focal loss is worse in 6 of 8, by
# 0.6 points in the mean; its interval excludes 0, though not by much. Squared
# error is worse in 5 of 8, by 0.1 points, and its interval includes 0, so this
# evidence cannot tell it from BCE.
#
# Is a rival better in a single seed? Count the welds on which only one of two
# networks is right. The difference of the two counts, divided by the root of
# their sum, is the $z$ above, and chance alone keeps it mostly between -2 and
# 2, and no rival goes below -1.3.
#
# ## Which output is a probability? {#study-balanced-binary-calibration}
#
# Here is the calibration error, bin by bin.


# %% alt="Four reliability diagrams, share of defective welds against output. BCE and squared error: the points follow the diagonal closely. pos_weight 3: the points sag below it, so that an output of 0.5 means about a quarter. Focal: an S that is below the diagonal on the left and above it on the right. In the two latter the points follow a dashed curve that was computed from the loss alone. Bars at the bottom: most outputs of BCE, squared error and pos_weight 3 are near 0 or 1, those of focal loss are spread." caption="How far you can trust a probability. Where the dots lie on the diagonal, the share of defective welds equals the probability that the network gave them. The pale bars show how often each output occurs."
def wilson(successes, total):
    """Return the 95 % interval of a share (Wilson)."""
    share, z = successes / total, 1.96
    center = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    root = np.sqrt(share * (1 - share) / total + (z / total) ** 2 / 4)
    half = z * root / (1 + z**2 / total)
    return center - half, center + half


truth = np.concatenate([data["test"][1].ravel() for data in sets])
grid = np.linspace(0.01, 0.99, 99)
figure, axes = plt.subplots(
    2, 2, figsize=(5.4, 5.4), layout="constrained", sharex=True, sharey=True
)
pooled = {}
for k, (ax, name) in enumerate(zip(axes.flat, LOSSES, strict=True)):
    p = tests[name]["p"].ravel()
    index = np.minimum((p * 10).astype(int), 9)
    total = np.bincount(index, minlength=10)
    bad = np.bincount(index, weights=truth, minlength=10)
    mean = np.bincount(index, weights=p, minlength=10) / total
    low, high = wilson(bad, total)
    pooled[name] = total, mean, bad / total, low, high
    meant = translated(np.log(grid / (1 - grid)), LOSSES[name])
    ax.bar(np.arange(10) / 10 + 0.05, total / len(p), 0.09, alpha=0.25)
    ax.plot([0, 1], [0, 1], color=FAINT, lw=1)
    ax.plot(grid, meant, f"C{k}--", lw=1.4)
    ax.plot(mean, bad / total, f"C{k}o", ms=5)
    ax.vlines(mean, low, high, f"C{k}", lw=2)
    ax.set_title(name, color=f"C{k}", loc="left")
figure.supxlabel("output", fontsize=11)
figure.supylabel("share of defective welds (bars: of all welds)", fontsize=11)
plt.show()

# %% [markdown]
# The points are the test welds of all seeds together, with 95 % intervals. The
# dashed curves are not fitted, because they are the translation from above.
# The networks come close to them, and focal loss comes least close at the
# steep parts:

# %%
print("95 % intervals; output, share of defective, interval, welds")
for name in ("BCE", "pos_weight 3", "focal"):
    print(name)
    for k in (2, 5, 8):
        total, mean, share, low, high = (v[k] for v in pooled[name])
        print(
            f"  {mean:.2f}  {share:.2f}  {low:.2f} to {high:.2f}  {total:5d}"
        )
rng = np.random.default_rng(0)
floor = [
    calibration_error(p, rng.random(p.shape) < p)
    for p in tests["BCE"]["p"]
    for _ in range(20)
]
print(f"calibration error of a perfect model, by chance {np.mean(floor):.3f}")

# %% [markdown]
# By chance even a perfect model shows a calibration error of 0.014 here. BCE
# has twice as much, 0.033, because it is a little too sure. So when we say
# that an output "can be read as a probability", we mean to within a few
# points.

# %% tags=["claims"]
base, weighted, focal = (
    tests[name] for name in ("BCE", "pos_weight 3", "focal")
)
beaten = [standard_errors(name) < -2 for name in list(LOSSES)[1:]]
claims = {
    "pos_weight 3 makes more errors than BCE": (
        weighted["error"] > base["error"]
    ),
    "no rival beats BCE by two standard errors": ~np.any(beaten, axis=0),
    "BCE is better calibrated than pos_weight 3": (
        base["calibration"] < weighted["calibration"]
    ),
    "BCE is better calibrated than focal loss": (
        base["calibration"] < focal["calibration"]
    ),
    "translated, focal loss is better calibrated than before": (
        focal["translated"] < focal["calibration"]
    ),
    "after its minimum, the loss grows more than the error": (
        grown["loss"] > grown["error"]
    ),
    "at the last epoch BCE is worse calibrated than at the minimum": (
        base["late"] > base["calibration"]
    ),
    "at the last epoch focal loss is better calibrated than BCE": (
        focal["late"] < base["late"]
    ),
    "at the last epoch focal loss is better calibrated than before": (
        focal["late"] < focal["calibration"]
    ),
    "translated, focal loss is worse at the last epoch than before": (
        focal["late, f"] > focal["translated"]
    ),
}
for claim, holds in claims.items():
    print(f"{claim}: {sum(holds)} of {len(holds)} seeds")

# %% tags=["results"]
results = [
    {
        "metric": "test error",
        "better": "lower",
        "runs": {
            name: t["error"].round(4).tolist() for name, t in tests.items()
        },
    },
    {
        "metric": "calibration error",
        "better": "lower",
        "runs": {
            name: t["calibration"].round(4).tolist()
            for name, t in tests.items()
        },
    },
]
results

# %% [markdown]
# ## What we learned {#study-balanced-binary-learned}
#
# - **Nothing to gain, something to lose.** With similar counts and costs no
#   rival beats BCE. `pos_weight` 3 misses fewer defects, 6.4 % instead of 11.7
#   %, but raises false alarms on 19.0 % of the sound welds instead of 10.5 %.
#   Where both mistakes cost the same, you lose by this, because there are 1.6
#   points more errors.
# - **The loss decides what the output means.** BCE and squared error give
#   frequencies. With `pos_weight` 3 the welds of the bin around 0.55 are
#   defective in 32 % of the cases, and with focal loss those around 0.85 in 96
#   %. The formula that says so needs no data, and if you translate the outputs
#   with it, the two are about as well calibrated as BCE (0.031 and 0.035).
# - **The loss is not the metric.** After its lowest point the validation loss
#   of BCE grows to 1.18 times its value, while the error stays. Yet the loss
#   rises for a reason, because at the last epoch the calibration error is
#   0.058 instead of 0.033. If you need the probabilities, stop by the loss.
#
# These are synthetic welds, one small network and 300 training welds. With
# other data, the sizes of the effects will differ.
#
# ## What did not work {#study-balanced-binary-failed}
#
# **A threshold chosen on validation data.** Instead of 0.5, each network gets
# the threshold between 0.1 and 0.9 with the fewest validation errors. That
# helps `pos_weight` 3, but its translated output, cut at 0.5, needs no choice
# and does no worse. BCE gains nothing from it, with 11.3 % instead of 11.1 %.

# %%
keys = ("error", "error, f", "error, tuned")
head = "error % at 0.5 | translated, at 0.5 | chosen threshold"
lines = [f"| loss | {head} |", "|---|---:|---:|---:|"]
Markdown("\n".join(lines + [row(n, keys, (100, 100, 100)) for n in tests]))

# %% [markdown]
# **Comparing calibration without saying when training stopped.**
#
# ??? question "Forget the validation set and train all networks to the last epoch. Which output do you expect to be the best calibrated?"
#     - [ ] That of BCE: It is the best where training stops in time. Here nobody has stopped it, and the network is too sure.
#     - [x] That of focal loss
#     - [ ] That of focal loss, translated: The translation takes back its modesty, and an overtrained network could do with some.
#
#     In 7 of 8 seeds focal loss is ahead of BCE, 0.033 to 0.058 on average.
#     Two faults cancel here, because the overtrained network is too sure, and
#     focal loss makes it too modest. If you translate its output, which
#     removes the modesty, it has 0.069, on average the worst of the four. Do
#     not count on such luck, because on the seeds of the trials focal loss was
#     ahead in little more than half.
#
# Where training stops at the lowest validation loss, BCE is ahead of focal loss
# in all eight.

# %%
keys = ("calibration", "translated", "late", "late, f")
head = "kept epoch | translated | last epoch | translated"
lines = [f"| calibration error | {head} |", "|---|---:|---:|---:|---:|"]
Markdown("\n".join(lines + [row(n, keys, (1, 1, 1, 1)) for n in tests]))

# %% [markdown]
# ## When you would choose otherwise {#study-balanced-binary-otherwise}
#
# **The costs differ.** Let a missed defect cost 3 and a false alarm 1. Now
# `pos_weight` 3 is the better loss at 0.5: 100 welds cost 19.1 instead of
# 22.7. But BCE costs no more, 18.9, with the threshold that this price asks
# for, which is a frequency of one quarter. One network whose output can be
# read as a probability serves every price, so try to [move the
# decision][adapting-losses-rare-defects] first.

# %%
print("cost of 100 welds where a miss costs 3 and a false alarm 1")
for name in ("BCE", "pos_weight 3"):
    a, b = tests[name]["price"], tests[name]["price, f"]
    print(
        f"{name:<13}output above 0.5: {a.mean():.1f} ± {a.std(ddof=1):.1f},"
        f" frequency above 0.25: {b.mean():.1f} ± {b.std(ddof=1):.1f}"
    )
z = np.array([-6.0])
print("slope for a defective weld with score -6")
for name in ("BCE", "squared error"):
    print(f"{name:<14}{LOSSES[name].grad(z, np.ones(1))[0]:.3f}")

# %% [markdown]
# **Defects are rare.** Then errors and accuracy are the wrong metrics, and
# other rows of the [decision table][adapting-losses-decision-table] apply.
#
# **Labels are wrong.** Squared error never costs more than 1 for a weld, which
# can help with [noisy labels][adapting-losses-noisy-labels]. It has a price
# that the runs above do not show: a network that is confident about a wrong
# answer hardly learns. For a defective weld with score -6 the slope of BCE is
# -0.998 and that of squared error -0.005. So of the two that tie, take BCE.
