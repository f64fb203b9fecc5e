"""8 Losses for boxes and masks."""

# %% exercise dice
# Compare the mask that a network has drawn over a pore with the true one: return the Dice coefficient,
# which is twice what they share, divided by the sum of their sizes. The prediction may hold
# probabilities. If both masks are empty, return 1, because they agree.

# %% start
import numpy as np


def dice(predicted, truth):
    """Return the Dice coefficient of two masks of the same shape."""


# %% hint
# What two masks share is the sum of their products: a pixel counts where both are 1, and in part where
# one of them is a probability.

# %% hint
# The size of a mask is the sum of its pixels. Ask first whether both sizes are 0, because 0/0 is NaN.


# %% solution
def dice(predicted, truth):
    size = predicted.sum() + truth.sum()
    if size == 0:
        return 1.0
    return 2 * (predicted * truth).sum() / size


# %% why
# The thousands of background pixels on which both agree do not enter, and that is the point of Dice.

# %% tests
A, B = (
    np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
    np.array([[0.0, 1.0, 1.0], [0.0, 1.0, 0.0]]),
)
test(A, A, wanted=1.0, hint="Equal masks have 1.")
test(
    A,
    B,
    wanted=0.4,
    hint="They share 1 pixel, and their sizes are 2 and 3: 2·1/5.",
)
test(A, 1 - A, wanted=0.0, hint="Masks that do not meet have 0.")
test(
    A / 2,
    B,
    wanted=0.25,
    hint="With probabilities of one half: 2·0.5/(1 + 3).",
)
test(
    0 * A,
    0 * A,
    wanted=1.0,
    hint="Both are empty, so they agree: without a question, 0/0 is NaN.",
)


# %% wrong: This is IoU: what is shared, divided by the union. Dice divides twice what is shared by the sum of both sizes.
def dice(predicted, truth):
    both = (predicted * truth).sum()
    union = predicted.sum() + truth.sum() - both
    return both / union if union else 1.0


# %% wrong: The factor 2 is missing: equal masks must have 1.
def dice(predicted, truth):
    size = predicted.sum() + truth.sum()
    return (predicted * truth).sum() / size if size else 1.0


# %% wrong: This is the share of pixels that agree. The background decides it, and a pore that is missed hardly shows.
def dice(predicted, truth):
    return (predicted == truth).mean()


# %% wrong: Two empty masks give 0/0, which is NaN. Ask for them first and return 1.
def dice(predicted, truth):
    return 2 * (predicted * truth).sum() / (predicted.sum() + truth.sum())


# %% wrong: This is the loss, 1 − Dice. Asked for is the coefficient, which is 1 for equal masks.
def dice(predicted, truth):
    size = predicted.sum() + truth.sum()
    return 1 - 2 * (predicted * truth).sum() / size if size else 0.0


# %% wrong: The probabilities are rounded before they count. Dice as a loss needs their slope: multiply them as they are.
def dice(predicted, truth):
    predicted = (predicted >= 0.5) * 1.0
    size = predicted.sum() + truth.sum()
    return 2 * (predicted * truth).sum() / size if size else 1.0


# %% exercise giou
# Compute the generalized IoU of two boxes that need not touch. [Boxes][losses-boxes-giou]


# %% start
def giou(a, b):
    """Return the generalized IoU of two boxes (x1, y1, x2, y2).

    IoU - (enclosing area - union) / enclosing area. The boxes need not
    touch.
    """


# %% hint
# The overlap reaches from the larger of the two left edges to the smaller of the two right ones, and
# likewise from top to bottom. Where that is less than nothing, there is no overlap.

# %% hint
# The union is both areas less the overlap. The enclosing box reaches from the smaller of the left edges
# to the larger of the right ones.


# %% solution
def giou(a, b):
    def area(x1, y1, x2, y2):
        return max(x2 - x1, 0) * max(y2 - y1, 0)

    low = [max(a[i], b[i]) for i in (0, 1)]
    high = [min(a[i], b[i]) for i in (2, 3)]
    inter = area(*low, *high)
    union = area(*a) + area(*b) - inter
    hull = area(
        min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
    )
    return inter / union - (hull - union) / hull


# %% why
# Without `max(…, 0)` two boxes apart in both directions have an overlap of minus times minus.

# %% tests
test((0, 0, 2, 2), (0, 0, 2, 2), wanted=1.0, hint="Equal boxes have 1.")
test(
    (0, 0, 4, 2),
    (2, 0, 6, 2),
    wanted=1 / 3,
    hint="The overlap is 4, the union 12, and the enclosing box has 12 too.",
)
test(
    (0, 0, 4, 4),
    (1, 1, 3, 2),
    wanted=1 / 8,
    hint="One box lies inside the other.",
)
test(
    (0, 0, 1, 1),
    (3, 0, 4, 1),
    wanted=-0.5,
    hint="They do not touch: IoU is 0, and half of the enclosing box is empty.",
)
test(
    (0, 1, 4, 3),
    (2, 2, 7, 9),
    wanted=2 / 41 - 15 / 56,
    hint="The overlap is 2 wide and 1 high; the enclosing box reaches from (0, 1) to (7, 9).",
)
test(
    (0, 0, 2, 1),
    (0, 3, 2, 4),
    wanted=-0.5,
    hint="One above the other, apart in one direction: the overlap is 0.",
)
test(
    (1, 5, 2, 9),
    (3, 0, 8, 1),
    wanted=-54 / 63,
    hint="The enclosing box reaches from (1, 0) to (8, 9).",
)
test(
    (0, 0, 1, 1),
    (2, 3, 3, 4),
    wanted=-10 / 12,
    hint="Apart in both directions: the overlap is 0, not minus times minus.",
)


# %% wrong: Sides of less than nothing multiply to an area. Cut each at 0 first: `max(…, 0)`.
def giou(a, b):
    sides = [min(a[i + 2], b[i + 2]) - max(a[i], b[i]) for i in (0, 1)]
    wide, high = (max(a[i + 2], b[i + 2]) - min(a[i], b[i]) for i in (0, 1))
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    inter = sides[0] * sides[1]
    union = both - inter
    return inter / union - (wide * high - union) / (wide * high)


# %% wrong: This is IoU. It is 0 for all boxes that do not touch; subtract the empty share of the enclosing box.
def giou(a, b):
    sides = [max(min(a[i + 2], b[i + 2]) - max(a[i], b[i]), 0) for i in (0, 1)]
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    inter = sides[0] * sides[1]
    return inter / (both - inter)


# %% wrong: The union is both areas less the overlap, which would otherwise count twice.
def giou(a, b):
    sides = [max(min(a[i + 2], b[i + 2]) - max(a[i], b[i]), 0) for i in (0, 1)]
    wide, high = (max(a[i + 2], b[i + 2]) - min(a[i], b[i]) for i in (0, 1))
    union = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return sides[0] * sides[1] / union - (wide * high - union) / (wide * high)


# %% wrong: This is the loss, 1 − GIoU. Asked for is GIoU itself, which is 1 for equal boxes.
def giou(a, b):
    sides = [max(min(a[i + 2], b[i + 2]) - max(a[i], b[i]), 0) for i in (0, 1)]
    wide, high = (max(a[i + 2], b[i + 2]) - min(a[i], b[i]) for i in (0, 1))
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    inter = sides[0] * sides[1]
    union = both - inter
    return 1 - inter / union + (wide * high - union) / (wide * high)
