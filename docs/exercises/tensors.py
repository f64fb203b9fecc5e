"""1 Tensors and arrays."""

# %% exercise subtract_mean
# Photos of welds are taken under different lamps, so that one is bright and the next one dark. Take
# from each photo of a batch its own mean brightness, over all its channels and pixels, so that every
# photo has the mean 0.

# %% start
import numpy as np


def subtract_mean(photos):
    """Return the photos, shape (N, C, H, W), each less its own mean."""


# %% hint
# You want one mean for each photo, so that the axes to average over are all but the first.

# %% hint
# The means have shape (N,), and NumPy lines shapes up from the right: it would meet W with N. With
# `keepdims=True` they have shape (N, 1, 1, 1), which fits.


# %% solution
def subtract_mean(photos):
    means = photos.mean(axis=(1, 2, 3), keepdims=True)
    return photos - means


# %% why
# `keepdims` leaves axes of length 1, and broadcasting stretches them over the photo they belong to.

# %% tests
bright, dark = (
    np.arange(18.0).reshape(2, 3, 3),
    np.arange(18.0).reshape(2, 3, 3) / 10,
)
PHOTOS = np.stack([bright, dark, bright + 100])
test(
    PHOTOS,
    call="subtract_mean(photos).shape",
    of=np.shape,
    wanted=(3, 2, 3, 3),
    hint="Nothing is picked out and nothing is added: the shape stays.",
)
test(
    PHOTOS,
    call="the mean of each photo after `subtract_mean(photos)`",
    of=lambda got: got.mean(axis=(1, 2, 3)),
    wanted=[0.0, 0.0, 0.0],
    hint="Each photo has its own mean to take off, over axes 1, 2 and 3.",
)
test(
    PHOTOS,
    call="subtract_mean(photos)[1, 0, 0]",
    of=lambda got: got[1, 0, 0],
    wanted=[-0.85, -0.75, -0.65],
    hint="These are the first pixels of the dark photo, less its mean of 0.85.",
)


# %% wrong: You take off one mean for the whole batch. The bright photo stays brighter than the dark one: average over all axes but the first.
def subtract_mean(photos):
    return photos - photos.mean()


# %% wrong: You average over the batch too: this is one mean for each channel of all photos together. A photo's own mean runs over axes 1, 2 and 3.
def subtract_mean(photos):
    return photos - photos.mean(axis=(0, 2, 3), keepdims=True)


# %% wrong: This is the mean photo of the batch, taken off pixel by pixel. Axis 0 runs over the photos; a photo's own mean runs over the other three.
def subtract_mean(photos):
    return photos - photos.mean(axis=0)


# %% wrong: The photos come back as they were: `photo = photo - …` in a loop gives a name to a new array, which nobody keeps.
def subtract_mean(photos):
    for photo in photos:
        photo = photo - photo.mean()
    return photos


# %% wrong: You take off a mean for each channel. The two channels of a photo then lose what makes them different; the axes are 1, 2 and 3.
def subtract_mean(photos):
    return photos - photos.mean(axis=(2, 3), keepdims=True)


# %% wrong: The shapes fit by accident: three means met the three columns of each photo, not the three photos. Keep the axes with `keepdims=True`.
def subtract_mean(photos):
    return photos - photos.mean(axis=(1, 2, 3))


# %% wrong: `-=` writes into the array of whoever called you. Compute a new array: `photos - means`.
def subtract_mean(photos):
    photos -= photos.mean(axis=(1, 2, 3), keepdims=True)
    return photos


# %% exercise to_channels_last
# Turn a batch of shape (N, C, H, W) into (N, H, W, C) without scrambling a pixel.
# [Channel order][tensors-channel-order]

# %% start
import numpy as np


def to_channels_last(images):
    """Return images of shape (N, C, H, W) as (N, H, W, C)."""


# %% hint
# The axes change places and no number changes its neighbors. Which of `reshape` and `transpose` does
# that?

# %% hint
# `transpose` takes the old numbers of the axes in their new order. The new second axis is H, which was
# axis 2.


# %% solution
def to_channels_last(images):
    return images.transpose(0, 2, 3, 1)


# %% why
# A reshape to the same shape would have scrambled the pixels.

# %% tests
n, c, h, w = np.indices((2, 3, 4, 5))
IMAGES = 1000 * n + 100 * c + 10 * h + w  # each number says where it stands
test(
    IMAGES,
    call="to_channels_last(images).shape",
    of=np.shape,
    wanted=(2, 4, 5, 3),
    hint="The images have 3 channels, 4 rows and 5 columns.",
)
test(
    IMAGES,
    call="to_channels_last(images)[1, 2, 3]",
    of=lambda got: got[1, 2, 3],
    wanted=[1023, 1123, 1223],
    hint="The three colors of one pixel. Here each number says where it stood: image, channel, row, column.",
)
test(
    IMAGES,
    call="to_channels_last(images)[0, :, 0, 2]",
    of=lambda got: got[0, :, 0, 2],
    wanted=[200, 210, 220, 230],
    hint="The left column of the last channel, from top to bottom.",
)


# %% wrong: `reshape` keeps the numbers in their order and cuts the row anew, so that channels become pixels. Permute the axes instead.
def to_channels_last(images):
    n, c, h, w = images.shape
    return images.reshape(n, h, w, c)


# %% wrong: Rows and columns have changed places: the new order of the axes is 0, 2, 3, 1.
def to_channels_last(images):
    return images.transpose(0, 3, 2, 1)


# %% wrong: This is the batch as it came. Move axis 1 to the end.
def to_channels_last(images):
    return images


# %% wrong: The channels stand in the third place here, and the columns last. Channels come last: 0, 2, 3, 1.
def to_channels_last(images):
    return images.transpose(0, 2, 1, 3)
