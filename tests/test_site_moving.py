"""Figures that move: their numbers are nnref's; they obey pointer and keyboard; paper is still."""

import ast
import gzip
import io
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import chromium
import moved
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from figures import gradient_descent, initialization, perceptrons
from figures.controls import CONTROLS, Choice, Handle, Slider
from nnref import activations, losses, optimizers, tensors
from nnref.activations import sigmoid
from nnref.datasets import xor
from nnref.layers import Parameter
from nnref.perceptron import Neuron
from website import ROOT

Inputs = dict[str, Any]
Numbers = dict[str, Any]

SCRIPTS = ROOT / "docs" / "assets" / "moving"
MOST_BYTES = 8192  # of a script, gzipped
STILL, MOVING = (  # the image that stands in the page, and the drawing that moves
    f"""figure => {{
      figure.classList.{change}("moving");
      figure.querySelector("svg").style.display = "{display}";
    }}"""
    for change, display in (("remove", "none"), ("add", ""))
)
EDGES = [0.0, 5e-324, 1e-300, 1e-16, 1.0, 1e16, 1e150, 1e300]
EDGES = [*EDGES, *(-each for each in EDGES)]


def one_neuron(w1: float, w2: float, bias: float, x1: float, x2: float) -> Numbers:
    neuron = Neuron([w1, w2], bias, sigmoid)
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    weld = np.array([x1, x2])
    return {
        "score": neuron.score(weld),
        "output": neuron.forward(weld),
        "welds": neuron.score(perceptrons.WELDS),
        "corners": neuron.score(corners),
    }


def one_activation(activation: str, x: float) -> Numbers:
    value, slope = (getattr(activations, activation + end) for end in ("", "_grad"))
    return {"value": value(x), "slope": slope(x)}


def softmax_bars(z0: float, z1: float, z2: float, temperature: float) -> Numbers:
    with np.errstate(all="ignore"):
        return {"p": activations.softmax(np.array([z0, z1, z2]) / temperature)}


def weighted_losses(weld: str, z: float, weight: float, gamma: float) -> Numbers:
    y = float(weld == "defective")
    options = {"weighted": {"pos_weight": weight}, "focal": {"gamma": gamma}}
    numbers = {}
    for name in ("plain", "weighted", "focal"):
        loss = "binary_focal_loss" if name == "focal" else "binary_cross_entropy"
        value, slope = (getattr(losses, f"{loss}_with_logits{end}") for end in ("", "_grad"))
        numbers[name] = value(z, y, **options.get(name, {}))
        numbers[f"{name}_slope"] = slope(z, y, **options.get(name, {}))
    return numbers


def one_learning_rate(rate: float, valley_rate: float, steps: float) -> Numbers:
    lowest, curvature = np.array([6.0, -0.51]), np.array([2.0, 16.0])
    w = descend(np.array([7.0]), lambda w: 2 * (w - 5), rate, int(steps))
    places = descend(np.array([3.0, 0.5]), lambda w: curvature * (w - lowest), valley_rate, steps)
    with np.errstate(all="ignore"):
        lines = places @ gradient_descent.INPUTS.T
        widths = np.broadcast_to(gradient_descent.WIDTH, lines.shape)
        each = losses.mean_squared_error(lines, widths, reduction="none")
        parabola = losses.mean_squared_error(w[:, 0], np.full(len(w), 5.0), reduction="none")
        level, tilt = places.T
        return {
            "w": w[:, 0],
            "parabola": parabola,
            "level": level,
            "tilt": tilt,
            "valley": each.mean(axis=1),
        }


def descend(
    start: NDArray[Any], slope: Callable[[NDArray[Any]], NDArray[Any]], rate: float, steps: float
) -> NDArray[Any]:
    """The places of gradient descent, until one is not finite."""
    w, places = Parameter(start), [start]
    optimizer = optimizers.SGD([w], learning_rate=rate)
    for _ in range(int(steps)):
        w.grad = slope(w.value)
        optimizer.step()
        if not np.isfinite(w.value).all():
            break
        places.append(w.value)
    return np.array(places)


def xor_slides(way: float, b1: float, b2: float) -> Numbers:
    inputs, _ = xor()
    hidden = activations.relu(inputs @ np.ones((2, 2)) + [b1, b2])
    x, y = (inputs + way * (hidden - inputs)).T
    with np.errstate(all="ignore"):
        return {"x": x, "y": y, "scores": Neuron([1.0, -2.0], -0.5).score(hidden)}


def one_scale(activation: str, scale: float) -> Numbers:
    return {"spread": initialization.spread_of(getattr(activations, activation), scale)}


def two_shapes(first: str, second: str) -> Numbers:
    a, b = (
        step * np.arange(1, math.prod(shape) + 1).reshape(shape)
        for step, shape in ((1, ast.literal_eval(first)), (10, ast.literal_eval(second)))
    )
    try:
        total = a + b
    except ValueError:
        return {"fits": 0, "shape": [], "sums": []}
    return {"fits": 1, "shape": tensors.shape_of(total), "sums": total.ravel()}


# By figure: its page, and what nnref makes of the same inputs.
FIGURES: dict[str, tuple[str, Callable[..., Numbers]]] = {
    "worked_graph": ("backpropagation", moved.worked_graph),
    "two_boxes": ("losses-boxes-masks", moved.two_boxes),
    "inspection_desk": ("../case-studies/inspection-desk", moved.at_the_desk),
    "one_neuron": ("perceptrons", one_neuron),
    "one_activation": ("activations", one_activation),
    "softmax_bars": ("activations", softmax_bars),
    "weighted_losses": ("losses", weighted_losses),
    "one_learning_rate": ("gradient-descent", one_learning_rate),
    "xor_slides": ("hidden-layers", xor_slides),
    "one_scale": ("initialization", one_scale),
    "two_shapes": ("tensors", two_shapes),
}
NAMES = sorted(FIGURES, key=lambda name: FIGURES[name][0])  # a page is opened once


def sliders(name: str) -> list[Slider]:
    """A figure's numbers, those of its handles too."""
    nested = [each.sliders if isinstance(each, Handle) else [each] for each in CONTROLS[name]]
    return [each for each in itertools.chain(*nested) if isinstance(each, Slider)]


def points(name: str) -> list[Inputs]:
    """A thousand inputs within their limits and, one at a time, the edges of the floats."""
    rng, numbers = np.random.default_rng(len(name)), sliders(name)
    choices = [each for each in CONTROLS[name] if isinstance(each, Choice)]
    start = {each.name: each.start for each in numbers}

    def chosen() -> Inputs:
        return {each.name: str(rng.choice(each.options)) for each in choices}

    def within(each: Slider) -> float:
        whole = each.step == 1  # a count
        return float(
            rng.integers(each.least, each.most, endpoint=True)
            if whole
            else rng.uniform(each.least, each.most)
        )

    within_limits = [{each.name: within(each) for each in numbers} for _ in range(1000)]
    edges = [
        start | {each.name: edge}
        for each in numbers
        for edge in ((each.least, each.most) if each.step == 1 else EDGES)
    ]
    return [each | chosen() for each in within_limits + edges]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page on a phone, in the dark."""
    context = chromium.reader(browser, "dark", 360)
    context.set_default_timeout(60_000)  # a busy machine takes its time
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", params=NAMES)
def figure(request: pytest.FixtureRequest, page: Page, origins: dict[str, str]) -> Locator:
    """A figure on its page, opened without a server, ready to be moved."""
    name = request.param
    address = f"{origins['opened']}chapter/{FIGURES[name][0]}.html"
    if page.url != address:
        page.goto(address, wait_until="domcontentloaded")
    found = page.locator(f'[data-moving="{name}"]')
    found.evaluate("figure => { figure.still = figure.offsetHeight; figure.scrollIntoView(); }")
    page.wait_for_selector(f'.moving[data-moving="{name}"]')
    return found


def name_of(figure: Locator) -> str:
    return str(figure.get_attribute("data-moving"))


def far(got: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.bool_]:
    """Where two arrays differ by more than 1e-12, of the value where it is above 1."""
    with np.errstate(invalid="ignore"):
        near = np.abs(got - wanted) <= 1e-12 * np.maximum(1, np.abs(wanted))
    return ~(near | (got == wanted) | (np.isnan(got) & np.isnan(wanted)))


def test_every_figure_that_moves_is_compared() -> None:
    assert set(FIGURES) == set(CONTROLS)


def test_its_numbers_are_those_of_nnref(figure: Locator) -> None:
    name = name_of(figure)
    inputs = points(name)
    model = "inputs => inputs.map(each => moving[NAME].model(each))".replace("NAME", repr(name))
    compared = 0
    for given, got in zip(inputs, figure.page.evaluate(model, inputs), strict=True):
        try:
            wanted = FIGURES[name][1](**given)
        except ValueError:  # nnref refuses an option, such as a weight below 0
            continue
        compared += 1
        assert got.keys() == wanted.keys()
        for key, value in wanted.items():
            arrays = np.asarray(got[key], float), np.asarray(value, float)
            assert arrays[0].shape == arrays[1].shape, (given, key)
            assert not far(*arrays).any(), (given, key, *arrays)
    assert compared >= 1000


def test_it_obeys_the_keyboard_and_tells_what_it_shows(figure: Locator) -> None:
    said = figure.locator("output")
    before = said.text_content()
    assert before
    assert "NaN" not in before
    moved = []
    for field in figure.locator("input:not([hidden]), select, [role=slider]").all():
        field.focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp"):
            field.press(key)
            moved.append(str(said.text_content()))
            assert "NaN" not in moved[-1]
        if field.get_attribute("type") == "range":
            assert field.get_attribute("aria-valuetext") in figure.inner_text()
    assert set(moved) - {before}
    figure.locator("[type=reset]").click()
    figure.page.wait_for_timeout(50)
    assert said.text_content() == before


def test_a_handle_obeys_the_keys_of_a_slider_and_the_page_stays(figure: Locator) -> None:
    for handle in figure.locator(".moving__handle").all():
        handle.focus()
        before = figure.page.evaluate("scrollY")
        said = [handle.get_attribute("aria-valuetext")]
        for key in ("Home", "End", "PageUp", "PageDown"):
            handle.press(key)
            said.append(handle.get_attribute("aria-valuetext"))
            if key in ("Home", "End"):
                end = "aria-valuemin" if key == "Home" else "aria-valuemax"
                assert handle.get_attribute("aria-valuenow") == handle.get_attribute(end)
        assert all(a != b for a, b in itertools.pairwise(said))
        assert figure.page.evaluate("scrollY") == before
    figure.locator("[type=reset]").click()


def test_play_stops_when_it_is_pressed_again_or_the_slider_is_moved(figure: Locator) -> None:
    figure.page.emulate_media(reduced_motion="no-preference")
    for button in figure.locator("[data-plays]").all():
        field = figure.locator(f'[name="{button.get_attribute("data-plays")}"]')
        stops = (
            button.click,
            lambda field=field: field.press("Home"),
            figure.locator("[type=reset]").click,
        )
        for stop in stops:
            field.press("Home")
            button.click()
            expect(button).to_have_text("Stop")
            stop()
            expect(button).to_have_text("Play")
            at = field.input_value()
            figure.page.wait_for_timeout(100)
            assert field.input_value() == at
            assert float(at) < float(field.get_attribute("max"))
    figure.page.emulate_media(reduced_motion="reduce")


@pytest.mark.parametrize(
    ("figure", "given", "heard"),
    [
        ("softmax_bars", {"z0": 1, "z1": 1, "z2": 1}, "All shares are equal."),
        ("softmax_bars", {"z0": 2, "z1": 2, "z2": 1}, "equal: no_defect and porosity."),
        ("softmax_bars", {"z0": 2, "z1": 1, "z2": 1}, "The largest share is that of no_defect."),
        ("two_boxes", {"px": 6.5, "py": 4}, "The boxes are the same: nothing is left to do."),
        ("two_boxes", {"loss": "IoU", "px": 15, "py": 8}, "not told where to go"),
        ("inspection_desk", {"threshold": 73}, "there is no precision."),
        ("inspection_desk", {"miss": 10000}, "1,000 welds cost $"),
    ],
    indirect=["figure"],
)
def test_it_says_what_is_special(figure: Locator, given: Inputs, heard: str) -> None:
    figure.locator("form").evaluate(
        """(form, given) => {
          for (const [name, value] of Object.entries(given)) form.elements[name].value = value;
          form.dispatchEvent(new Event("input"));
        }""",
        given,
    )
    assert heard in str(figure.locator("output").text_content())
    if "miss" in given:
        assert "$10,000" in figure.inner_text()
    figure.locator("[type=reset]").click()


def test_a_handle_follows_the_pointer(figure: Locator) -> None:
    for handle in figure.locator(".moving__handle").all():
        handle.evaluate("handle => handle.scrollIntoView({ block: 'center' })")
        before, place = handle.get_attribute("aria-valuetext"), handle.bounding_box()
        assert min(place["width"], place["height"]) >= 24
        x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        mouse = figure.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x - 30, y + 20)
        mouse.up()
        mouse.move(0, 0)
        after = handle.bounding_box()
        assert handle.get_attribute("aria-valuetext") != before
        assert after["x"] - place["x"] == pytest.approx(-30, abs=3)
        assert after["y"] - place["y"] == pytest.approx(20, abs=3)


def test_what_is_touched_is_large_enough_and_nothing_moves_the_page(figure: Locator) -> None:
    for field in figure.locator("input:not([hidden]), select, button").all():
        assert field.bounding_box()["height"] >= 40
    still, now = figure.evaluate("figure => [figure.still, figure.offsetHeight]")
    assert abs(now - still) <= 1
    root = "document.documentElement"
    assert figure.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0


def test_it_starts_as_python_has_drawn_it(figure: Locator) -> None:
    figure.locator("[type=reset]").click()
    figure.page.wait_for_timeout(50)
    moving = picture(figure.locator("svg"))
    figure.evaluate(STILL)
    still = picture(figure.locator("img.drawing-dark"))
    figure.evaluate(MOVING)
    rows, columns = map(min, zip(moving.shape[:2], still.shape[:2], strict=True))
    differs = np.abs(moving[:rows, :columns] - still[:rows, :columns]).max(axis=-1) > 96
    words = figure.locator(".moving__text").count()  # in the page's own letters
    assert differs.mean() < 0.004 + 0.001 * words


def picture(shown: Locator) -> NDArray[np.int16]:
    """What a reader sees of an element, as pixels."""
    with Image.open(io.BytesIO(shown.screenshot())) as image:
        return np.asarray(image.convert("RGB"), np.int16)


def test_paper_has_the_static_figure_without_controls(figure: Locator) -> None:
    parts = ("svg", "form", "img.drawing-light", "figcaption")

    def seen() -> list[str]:
        return [each for each in parts if figure.locator(each).first.is_visible()]

    assert seen() == ["svg", "form", "figcaption"]
    figure.page.emulate_media(media="print")
    assert seen() == ["img.drawing-light", "figcaption"]
    figure.page.emulate_media(media="screen")


def test_without_javascript_the_figure_stands_still(
    browser: Browser, origins: dict[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page: Page = context.new_page()
    page.goto(f"{origins['opened']}chapter/perceptrons.html", wait_until="domcontentloaded")
    figure = page.locator('[data-moving="one_neuron"]')
    assert figure.locator("img.drawing-light").is_visible()
    assert not figure.locator("form").is_visible()
    context.close()


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.js")), ids=lambda path: path.stem)
def test_a_script_is_small(script: Any) -> None:
    assert len(gzip.compress(script.read_bytes())) <= MOST_BYTES
