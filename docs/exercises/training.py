"""6 Training."""

# %% exercise best_epoch
# Early stopping: after each epoch you measure the loss on the validation welds. Return the epoch
# (counted from 0) whose weights you keep. Training stops as soon as `patience` epochs in a row have
# brought no new low, so that what would have come later is never seen.


# %% start
def best_epoch(losses, patience):
    """Return the epoch whose weights you keep.

    losses: the validation loss after each epoch;
    patience: a number of epochs, at least 1.
    """


# %% hint
# Go through the losses in order and remember the epoch of the lowest one so far.

# %% hint
# When the present epoch lies `patience` behind the best one, it is the last: leave the loop.


# %% solution
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


# %% tests
test(
    [0.9, 0.5, 0.4, 0.6, 0.7],
    2,
    wanted=2,
    hint="The loss is lowest in epoch 2, and then rises twice.",
)
test(
    [0.9, 0.5, 0.6, 0.4, 0.5],
    2,
    wanted=3,
    hint="One worse epoch is not enough to stop with a patience of 2.",
)
test(
    [0.9, 0.5, 0.6, 0.7, 0.1],
    2,
    wanted=1,
    hint="After epochs 2 and 3 without a new low training has stopped: epoch 4 is never run.",
)
test(
    [0.9, 0.5, 0.8, 0.7, 0.6, 0.3],
    3,
    wanted=1,
    hint="Epochs 3 and 4 are better than the one before them, and still no new low.",
)
test(
    [0.4, 0.4, 0.4, 0.1],
    2,
    wanted=0,
    hint="The same loss again is no new low, so that epoch 0 stays the best.",
)
test(
    [0.5, 0.4, 0.3, 0.2],
    1,
    wanted=3,
    hint="While the loss falls, the newest epoch is the best.",
)


# %% wrong: You look at all losses, also at those after the stop. Leave the loop when `patience` epochs have brought no new low.
def best_epoch(losses, patience):
    return losses.index(min(losses))


# %% wrong: This is the epoch in which training stops. The weights to keep are older: those of the lowest loss.
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch
    return best


# %% wrong: You count epochs that are worse than the one before. What counts is whether there is a new low, since a loss can creep down and stay above the best.
def best_epoch(losses, patience):
    best, worse = 0, 0
    for epoch in range(1, len(losses)):
        worse = worse + 1 if losses[epoch] > losses[epoch - 1] else 0
        if losses[epoch] < losses[best]:
            best = epoch
        if worse >= patience:
            break
    return best


# %% wrong: You stop at the first epoch without a new low. `patience` says how many of them in a row it takes.
def best_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss > losses[best]:
            break
        best = epoch
    return best


# %% wrong: You stop after so many epochs, whatever they bring. `patience` counts from the best epoch on.
def best_epoch(losses, patience):
    return losses.index(min(losses[: patience + 1]))


# %% wrong: This is the lowest loss itself. Asked for is the epoch, to know whose weights to keep.
def best_epoch(losses, patience):
    return min(losses[: patience + 2])


# %% exercise batches
# Cut shuffled indices into batches, so that each example comes once. [The loop][training-loop]

# %% start
import numpy as np


def batches(count, size, rng):
    """Return a list of arrays: the numbers 0 to count - 1 in batches.

    Each number occurs once. All batches have `size` numbers, the last one
    what is left.
    rng: a NumPy generator; rng.permutation(count) shuffles.
    """


# %% hint
# Shuffle all numbers once, then cut that array. To draw each batch anew would use some welds twice.

# %% hint
# `range(0, count, size)` gives the places where batches begin; a slice that runs past the end is
# shorter.


# %% solution
def batches(count, size, rng):
    order = rng.permutation(count)
    return [order[i : i + size] for i in range(0, count, size)]


# %% tests
RNG = np.random.default_rng(0)
test(
    10,
    4,
    RNG,
    call="the lengths of `batches(10, 4, rng)`",
    of=lambda got: [len(each) for each in got],
    wanted=[4, 4, 2],
    hint="The last batch has what is left.",
)
test(
    10,
    4,
    RNG,
    call="all numbers of `batches(10, 4, rng)`, sorted",
    of=lambda got: np.sort(np.concatenate(got)),
    wanted=np.arange(10),
    hint="Each number from 0 to 9 occurs once.",
)
test(
    100,
    10,
    RNG,
    call="whether `batches(100, 10, rng)` is shuffled",
    of=lambda got: (
        not np.array_equal(
            np.concatenate(got), np.arange(len(np.concatenate(got)))
        )
    ),
    wanted=True,
    hint="`rng.permutation(count)` is the numbers in a random order.",
)


# %% wrong: Each batch is drawn from all numbers anew, so that some welds come twice and others never, and the rest is left out. Shuffle once, then cut.
def batches(count, size, rng):
    return [rng.permutation(count)[:size] for _ in range(count // size)]


# %% wrong: The numbers are drawn with repetition: some welds come twice and others never. Shuffle all of them once, then cut.
def batches(count, size, rng):
    starts = range(0, count, size)
    return [
        rng.integers(count, size=min(size, count - start)) for start in starts
    ]


# %% wrong: The order is that of the welds as they were saved. Shuffle it first, or a batch may hold one class alone.
def batches(count, size, rng):
    return [np.arange(count)[i : i + size] for i in range(0, count, size)]


# %% wrong: The welds of the last, shorter batch are left out. Let the last slice run past the end.
def batches(count, size, rng):
    order = rng.permutation(count)
    return [order[i * size : (i + 1) * size] for i in range(count // size)]
