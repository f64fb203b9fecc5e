"""What the synthetic data sets promise: counts, ranges, geometry and reproducibility."""

import math

import numpy as np
import pytest

from nnref import datasets
from nnref.datasets import (
    WELD_CLASSES,
    WELD_FEATURES,
    standardize,
    two_moons,
    weld_features,
    weld_images,
    xor,
)

RANDOM = {
    "two_moons": two_moons,
    "weld_features": weld_features,
    "weld_images": lambda count, rng: weld_images(count, size=16, rng=rng),
}


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_the_same_generator_state_gives_the_same_data_and_another_does_not(make):
    first, again, other = make(12, rng=rng(1)), make(12, rng=rng(1)), make(12, rng=rng(2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_the_global_generator_is_neither_used_nor_moved(make):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    make(5, rng=rng())
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_inputs_are_float64_labels_intp_and_the_order_is_random(make):
    inputs, *_, labels = make(40, rng=rng())
    assert (inputs.dtype, labels.dtype) == (np.float64, np.intp)
    assert len(inputs) == len(labels) == 40
    assert (np.diff(labels) < 0).any()


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_one_example_can_be_had(make):
    assert len(make(1, rng=rng())[0]) == 1


def test_no_line_separates_xor():
    inputs, labels = xor()
    assert inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert labels.tolist() == [a != b for a, b in inputs.tolist()]
    assert (inputs.dtype, labels.dtype) == (np.float64, np.intp)


def test_without_noise_the_moons_are_half_circles():
    inputs, labels = two_moons(301, noise=0, rng=rng())
    assert np.bincount(labels).tolist() == [151, 150]
    upper, lower = inputs[labels == 0], inputs[labels == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5
    assert np.ptp(upper[:, 0]) > 1.9


def test_the_noise_of_the_moons_is_its_standard_deviation():
    clean, _ = two_moons(20_000, noise=0, rng=rng())
    noisy, _ = two_moons(20_000, noise=0.3, rng=rng())
    assert (noisy - clean).std() == pytest.approx(0.3, rel=0.02)


@pytest.mark.parametrize(
    ("count", "ratio", "wanted"),
    [
        (8, (1, 1, 1, 1), [2, 2, 2, 2]),
        (1000, (90, 5, 2, 3), [900, 50, 20, 30]),
        (1000, (0.9, 0.05, 0.02, 0.03), [900, 50, 20, 30]),
        (10, (0, 0, 3, 0), [0, 0, 10, 0]),
        (7, (1, 1, 1, 1), [2, 2, 2, 1]),
        (10, (0.34, 0.33, 0.33, 0), [4, 3, 3, 0]),
        (5, (1, 2, 1, 2), [1, 2, 1, 1]),
        (1, (1, 1, 1, 2), [0, 0, 0, 1]),
    ],
)
def test_the_counts_follow_the_ratio_exactly(count, ratio, wanted):
    welds = weld_features(count, class_ratio=ratio, rng=rng())
    assert np.bincount(welds.labels, minlength=4).tolist() == wanted


def test_of_equal_rests_the_first_class_is_rounded_up_whichever_way_a_machine_sorts():
    for ratio in [(0, 0, 1, 1), (0, 1, 2, 2), (1, 0, 2, 2)]:
        assert weld_features(1, class_ratio=ratio, rng=rng()).labels == [2]


def test_the_images_follow_the_ratio_too():
    welds = weld_images(20, size=16, class_ratio=(10, 4, 1, 5), rng=rng())
    assert np.bincount(welds.labels).tolist() == [10, 4, 1, 5]


def test_features_have_names_and_ranges():
    welds = weld_features(2000, rng=rng())
    assert welds.features.shape == (2000, len(WELD_FEATURES))
    assert (welds.features > 0).all()
    assert (welds.features[:, :4] < 1).all()
    assert [name for name in WELD_FEATURES if name.endswith("_mm")] == [
        *WELD_FEATURES[4:6],
        WELD_FEATURES[7],
    ]


def test_without_noise_all_welds_of_a_class_are_equal():
    welds = weld_features(40, noise=0, rng=rng())
    for k in range(4):
        rows = welds.features[welds.labels == k]
        np.testing.assert_allclose(rows, np.tile(datasets._MEDIANS[k], (10, 1)), rtol=1e-15)


def test_the_median_of_each_feature_is_that_of_its_class():
    count = 40_000
    welds = weld_features(count, rng=rng())
    for k in range(4):
        rows = welds.features[welds.labels == k]
        share = (rows < datasets._MEDIANS[k]).mean(axis=0)
        np.testing.assert_allclose(share, 0.5, atol=5 * 0.5 / math.sqrt(count / 4))


def test_more_noise_spreads_the_features():
    spreads = [np.log(weld_features(4000, noise=n, rng=rng()).features[:, 4:]) for n in (0.5, 1, 2)]
    widths = [(s - s.mean(0)).std() for s in spreads]
    assert widths[0] < widths[1] < widths[2]


def test_the_classes_can_be_told_apart_but_not_perfectly():
    train, test = (weld_features(4000, rng=rng(seed)) for seed in (0, 1))
    log_mean, scale = np.log(train.features).mean(0), np.log(train.features).std(0)

    def design(welds):
        z = (np.log(welds.features) - log_mean) / scale
        return np.column_stack([np.ones(len(z)), z])

    solution = np.linalg.lstsq(design(train), np.eye(4)[train.labels], rcond=None)[0]
    accuracy = ((design(test) @ solution).argmax(1) == test.labels).mean()
    assert 0.7 < accuracy < 0.95


def test_label_noise_replaces_labels_at_its_rate_by_each_other_class_alike():
    count, rate = 30_000, 0.2
    welds = weld_features(count, label_noise=rate, rng=rng())
    wrong = welds.labels != welds.true_labels
    assert wrong.mean() == pytest.approx(rate, abs=5 * math.sqrt(rate * 0.8 / count))
    shifts = np.bincount((welds.labels - welds.true_labels)[wrong] % 4, minlength=4)
    assert shifts[0] == 0
    np.testing.assert_allclose(shifts[1:] / wrong.sum(), 1 / 3, atol=0.03)


def test_label_noise_changes_labels_only():
    clean, noisy = (weld_features(300, label_noise=p, rng=rng(4)) for p in (0, 0.5))
    np.testing.assert_array_equal(noisy.features, clean.features)
    np.testing.assert_array_equal(noisy.true_labels, clean.true_labels)
    np.testing.assert_array_equal(clean.labels, clean.true_labels)
    assert (weld_features(300, label_noise=1, rng=rng(4)).labels != clean.labels).all()


@pytest.fixture(scope="module")
def films():
    return weld_images(40, noise=0, rng=rng(7))


def test_images_masks_boxes_and_labels_fit_together(films):
    assert films.images.shape == films.masks.shape == (40, 1, 64, 64)
    assert (films.boxes.shape, films.labels.shape) == ((40, 4), (40,))
    assert [part.dtype for part in films] == [np.float64, bool, np.float64, np.intp]
    assert films.images.min() >= 0
    assert films.images.max() <= 1


def test_a_mask_is_empty_exactly_where_there_is_no_defect(films):
    assert (films.masks.any(axis=(1, 2, 3)) == (films.labels > 0)).all()


def test_a_box_touches_its_mask_on_every_side(films):
    for mask, box, label in zip(films.masks[:, 0], films.boxes, films.labels, strict=True):
        if label == 0:
            assert box.tolist() == [0, 0, 0, 0]
            continue
        pixels = [(i, j) for i in range(64) for j in range(64) if mask[i, j]]
        rows, columns = zip(*pixels, strict=True)
        assert box.tolist() == [min(columns), min(rows), max(columns) + 1, max(rows) + 1]


@pytest.mark.parametrize("size", [16, 24, 64, 100])
def test_every_defect_covers_a_small_part_of_the_image_at_any_size(size):
    welds = weld_images(60, size=size, class_ratio=(0, 1, 1, 1), rng=rng(size))
    shares = welds.masks.mean(axis=(1, 2, 3))
    assert shares.min() > 0
    assert shares.max() < 0.15


def test_a_defect_is_darker_than_the_same_weld_beside_it(films):
    darker = []
    for image, mask in zip(films.images[:, 0], films.masks[:, 0], strict=True):
        rows, columns = np.nonzero(mask)
        if len(rows):
            grown = np.zeros_like(mask)
            for dy in range(-3, 4):
                for dx in range(-3, 4):
                    grown[(rows + dy).clip(0, 63), (columns + dx).clip(0, 63)] = True
            darker.append(image[grown & ~mask].mean() - image[mask].mean())
    assert len(darker) == 30
    assert np.mean(darker) > 0.05
    assert np.mean(np.array(darker) > 0) > 0.9


def test_the_weld_is_brighter_than_the_plate(films):
    for image in films.images[:, 0]:
        assert image[24:40].mean() > image[[0, 1, -2, -1]].mean() + 0.1


def aspect(box):
    sides = sorted((box[2] - box[0], box[3] - box[1]))
    return sides[1] / sides[0]


def test_undercuts_are_long_and_lie_farther_from_the_center_line_than_cracks(films):
    boxes = {k: films.boxes[films.labels == k] for k in (1, 2, 3)}
    assert np.median([aspect(box) for box in boxes[3]]) > 3
    assert np.median([aspect(box) for box in boxes[1]]) < 3
    middle = {k: np.abs((b[:, 1] + b[:, 3]) / 2 - 32).mean() for k, b in boxes.items()}
    assert middle[3] > 2 * middle[2]


def test_noise_adds_grain_of_its_size():
    images = {n: weld_images(6, noise=n, rng=rng(3)).images for n in (0, 0.5, 1)}
    grain = {n: (images[n] - images[0]).std() for n in images}
    assert grain[1] == pytest.approx(0.034, rel=0.02)
    assert grain[0.5] == pytest.approx(0.017, rel=0.02)


def test_gray_values_stay_in_their_range_under_the_coarsest_grain():
    images = weld_images(4, size=16, noise=10, rng=rng()).images
    assert (images.min(), images.max()) == (0, 1)


def test_the_blur_leaves_no_sharp_edge_between_fine_pixels():
    images = weld_images(4, size=256, noise=0, rng=rng(3)).images
    bends = np.abs(np.diff(images, 2))
    assert 0 < bends.max() < 0.03


def test_the_grain_changes_neither_masks_nor_boxes():
    clean, noisy = (weld_images(6, size=32, noise=n, rng=rng(3)) for n in (0, 2))
    np.testing.assert_array_equal(clean.masks, noisy.masks)
    np.testing.assert_array_equal(clean.boxes, noisy.boxes)


def test_there_are_four_classes_in_the_order_of_the_course():
    assert WELD_CLASSES == ("no_defect", "porosity", "crack", "undercut")


def fingerprint(values):
    """One number that depends on every entry and its place."""
    return float(np.cos(np.arange(values.size)) @ values.ravel())


def test_the_data_whose_numbers_the_pages_quote_do_not_change_unnoticed():
    r = rng(2026)
    welds = weld_features(400, label_noise=0.1, rng=r)
    found = [fingerprint(part) for part in welds]
    assert found == pytest.approx([69.65091241, -25.48950966, -20.42334428], abs=1e-6)

    films = weld_images(48, size=24, rng=r)
    wanted = [
        [0.46279832, 3.31908270, -4.55222488, 4.26014898],
        [0.0, 10.15291452, 1.62353291, -5.24053020],
        [0.0, 9.35517954, -1.53053825, 27.46301299],
    ]
    for part, per_class in zip(films[:3], wanted, strict=True):
        found = [fingerprint(part[films.labels == k]) for k in range(4)]
        assert found == pytest.approx(per_class, abs=1e-6)

    found = [fingerprint(part) for part in two_moons(50, rng=r)]
    assert found == pytest.approx([-0.33934901, -2.20116014], abs=1e-6)


def features(count=8, generator=None, **options):
    return lambda: weld_features(count, rng=generator or rng(), **options)


def images(count=8, generator=None, **options):
    return lambda: weld_images(count, rng=generator or rng(), **options)


def moons(count=8, generator=None, **options):
    return lambda: two_moons(count, rng=generator or rng(), **options)


SHARES = "`class_ratio` must hold no negative share and one above 0, got "


@pytest.mark.parametrize(("dtype", "atol"), [(np.float64, 1e-14), (np.float32, 1e-6)])
def test_standardized_features_have_mean_0_and_deviation_1(dtype, atol):
    x = (weld_features(50, rng=rng()).features * 10.0 ** np.arange(-4, 4)).astype(dtype)
    copy = x.copy()
    z = standardize(x)
    assert (z.shape, z.dtype) == (x.shape, dtype)
    np.testing.assert_allclose(z.mean(axis=0, dtype=float), 0, atol=atol)
    np.testing.assert_allclose(z.std(axis=0, dtype=float), 1, atol=atol)
    np.testing.assert_array_equal(x, copy)


def test_other_data_are_standardized_by_the_training_data():
    train, other = (weld_features(n, rng=rng(n)).features for n in (50, 20))
    wanted = (other - train.mean(axis=0)) / train.std(axis=0)
    np.testing.assert_allclose(standardize(other, by=train), wanted, rtol=1e-13)
    np.testing.assert_allclose(standardize(other[3], by=train), wanted[3], rtol=1e-14)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_million_float32_rows_are_standardized_as_few_are(order):
    few = np.array([[0.1, 1e4], [0.3, 1e4 + 1], [0.2, 1e4 + 5]], np.float32)
    many = np.array(np.tile(few, (400000, 1)), order=order)
    np.testing.assert_array_equal(standardize(few, by=many), standardize(few))


def test_features_stand_along_the_last_axis():
    maps = rng().normal(size=(3, 5, 7, 2)) * [1, 100]
    flat = maps.reshape(-1, 2)
    np.testing.assert_array_equal(standardize(maps).reshape(-1, 2), standardize(flat))


@pytest.mark.parametrize("value", [0.1, 0.0, -3e-310, 1.7e308])
def test_a_constant_feature_becomes_0_and_keeps_its_distance_elsewhere(value):
    train = np.column_stack([np.full(10, value), np.arange(10.0)])
    z = standardize(train)
    assert (z[:, 0] == 0).all()
    np.testing.assert_allclose(z[:, 1], (np.arange(10) - 4.5) / np.std(np.arange(10)))
    if value == 0.1:
        assert standardize([[2.1, 4.5]], by=train).tolist() == [[2.0, 0.0]]


def test_a_constant_keeps_the_distance_in_its_own_unit():
    assert standardize([[2.0], [3.0], [1000.0]], by=[[3.0], [3.0]]).tolist() == [[-1], [0], [997]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("low", [-1.0, 0.25])
def test_the_largest_and_smallest_floats_neither_warn_nor_give_nan(dtype, low):
    info = np.finfo(dtype)
    for size in (info.max, info.smallest_subnormal * 4):
        x = np.array([[low * size], [size]], dtype)
        with np.errstate(all="raise"):
            np.testing.assert_allclose(standardize(x), [[-1], [1]], rtol=1e-15)
    with np.errstate(all="raise"):
        far = standardize(np.array([[info.max]]), by=np.array([[0.0], [1e-5]], dtype))
    assert far == np.inf or dtype is np.float32


def test_no_example_and_no_feature_give_none():
    assert standardize(np.zeros((0, 3))).shape == (0, 3)
    assert standardize(np.zeros((0, 3)), by=np.ones((2, 3))).shape == (0, 3)
    assert standardize(np.zeros((5, 0))).shape == (5, 0)
    assert standardize([[True, False], [False, False]]).tolist() == [[1, 0], [-1, 0]]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        *((f(count=0), ValueError, "`count` must be at least 1, got 0")
          for f in (features, images, moons)),
        *((f(count=8.0), TypeError, "`count` must be an integer, got float")
          for f in (features, images, moons)),
        *((f(generator=5), TypeError, "`rng` must be a numpy.random.Generator, got int")
          for f in (features, images, moons)),
        *((f(class_ratio=(1, 1, 1)), ValueError, "`class_ratio` must have shape (4,), got (3,)")
          for f in (features, images)),
        *((f(class_ratio=(1, 1, 1, -1)), ValueError, SHARES + "[1.0, 1.0, 1.0, -1.0]")
          for f in (features, images)),
        (features(class_ratio=(0, 0, 0, 0)), ValueError, SHARES + "[0.0, 0.0, 0.0, 0.0]"),
        (features(class_ratio=(1, 1, 1, math.nan)), ValueError,
         "`class_ratio` must be finite, got nan"),
        (features(class_ratio="abcd"), TypeError,
         "`class_ratio` must hold real numbers or bools, got <U4"),
        (features(noise=-0.1), ValueError, "`noise` must be in [0, 10], got -0.1"),
        (images(noise=11), ValueError, "`noise` must be in [0, 10], got 11"),
        (moons(noise=math.inf), ValueError, "`noise` must be in [0, inf), got inf"),
        (features(label_noise=1.5), ValueError, "`label_noise` must be in [0, 1], got 1.5"),
        (images(size=15), ValueError, "`size` must be at least 16, got 15"),
        (images(size=64.0), TypeError, "`size` must be an integer, got float"),
        (lambda: standardize(3.0), ValueError,
         "`features` must have features along its last axis, got shape ()"),
        (lambda: standardize([["a"]]), TypeError,
         "`features` must hold real numbers or bools, got <U1"),
        (lambda: standardize([[1.0, np.nan]]), ValueError, "`features` must be finite, got nan"),
        (lambda: standardize([[1.0]], by=[[np.inf]]), ValueError, "`by` must be finite, got inf"),
        (lambda: standardize([[1.0, 2.0]], by=[[1.0]]), ValueError,
         "`by` must have 2 features, got shape (1, 1)"),
        (lambda: standardize([[1.0, 2.0]], by=np.ones((0, 2))), ValueError,
         "`by` must hold at least one example, got shape (0, 2)"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == message
