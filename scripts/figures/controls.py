"""What a reader may change in the figures that move, by the figure's name.

Without matplotlib itself: the build reads it to make the controls, a figure to start where they do.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Slider:
    """A number between two others."""

    name: str
    label: str
    least: float
    most: float
    step: float
    start: float
    unit: str = ""
    plays: bool = False  # whether a button lets it run from its least to its most


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    name: str
    label: str
    options: tuple[str, ...]
    start: str


@dataclass(frozen=True)
class Handle:
    """A place in the drawing that is dragged, or moved with the arrow keys."""

    x: Slider
    y: Slider

    @property
    def sliders(self) -> tuple[Slider, Slider]:
        """Its two numbers."""
        return self.x, self.y


Control = Slider | Choice | Handle

SHAPES = ("()", "(1,)", "(3,)", "(4,)", "(1, 4)", "(2, 4)", "(3, 1)", "(3, 4)")

CONTROLS: dict[str, tuple[Control, ...]] = {
    "worked_graph": (
        Slider("step", "step", 0, 19, 1, 19),
        Slider("x1", "contrast x₁", 0, 1, 0.05, 0.75),
        Slider("x2", "edge strength x₂", 0, 1, 0.05, 1),
        Slider("w11", "weight w₁₁", -4, 4, 0.1, 2),
        Slider("v2", "weight v₂", -4, 4, 0.1, 2),
    ),
    "two_boxes": (
        Handle(
            Slider("tx", "true box, center x", 0, 16, 0.1, 6.5, "mm"),
            Slider("ty", "true box, center y", 0, 9, 0.1, 4, "mm"),
        ),
        Handle(
            Slider("px", "predicted box, center x", 0, 16, 0.1, 9, "mm"),
            Slider("py", "predicted box, center y", 0, 9, 0.1, 5.5, "mm"),
        ),
        Slider("width", "width of the predicted box", 0, 8, 0.1, 4, "mm"),
        Slider("height", "height of the predicted box", 0, 8, 0.1, 3, "mm"),
        Choice("loss", "arrows for the loss", ("IoU", "GIoU", "DIoU", "CIoU"), "GIoU"),
    ),
    "inspection_desk": (
        Slider("threshold", "threshold for a crack", 0, 73, 1, 67),  # its place in the record
        Choice("weight", "crack weight in training", ("1", "3", "10", "30", "100"), "1"),
        Slider("miss", "cost of a missed crack", 0, 10000, 100, 2000, "$"),
        Slider("again", "cost of a second look", 0, 200, 10, 40, "$"),
        Slider("false_call", "more for a false call", 0, 500, 10, 60, "$"),
        Choice("welds", "welds", ("validation", "test"), "validation"),
    ),
    "one_neuron": (
        Slider("w1", "weight of contrast", -4, 4, 0.1, 1),
        Slider("w2", "weight of edge strength", -4, 4, 0.1, 0.5),
        Slider("bias", "bias", -4, 4, 0.1, -1),
        Handle(
            Slider("x1", "contrast of the new weld", 0, 1, 0.01, 0.5),
            Slider("x2", "edge strength of the new weld", 0, 1, 0.01, 0.85),
        ),
    ),
    "one_activation": (
        Choice(
            "activation",
            "activation",
            (
                "relu",
                "leaky_relu",
                "sigmoid",
                "tanh",
                "softplus",
                "silu",
                "linear",
                "hard_threshold",
            ),
            "sigmoid",
        ),
        Slider("x", "score x", -5, 5, 0.1, 1),
    ),
    "softmax_bars": (
        Slider("z0", "logit of no_defect", -4, 4, 0.1, 1.2),
        Slider("z1", "logit of porosity", -4, 4, 0.1, 2.5),
        Slider("z2", "logit of crack", -4, 4, 0.1, 0.4),
        Slider("temperature", "temperature", 0.1, 8, 0.1, 1),
    ),
    "weighted_losses": (
        Choice("weld", "the weld is", ("defective", "sound"), "defective"),
        Slider("z", "score", -6, 6, 0.1, -1),
        Slider("weight", "weight of a defect", 0.5, 10, 0.5, 2),
        Slider("gamma", "γ of the focal loss", 0, 5, 0.1, 2),
    ),
    "one_learning_rate": (
        Slider("rate", "rate on the parabola", 0.02, 1.2, 0.01, 0.3),
        Slider("valley_rate", "rate in the valley", 0.002, 0.14, 0.001, 0.06),
        Slider("steps", "steps", 1, 40, 1, 10),
    ),
    "xor_slides": (
        Slider("way", "share of the way", 0, 1, 0.01, 0.5, plays=True),
        Slider("b1", "bias of h₁", -1, 1, 0.1, 0),
        Slider("b2", "bias of h₂", -2, 1, 0.1, -1),
    ),
    "one_scale": (
        Choice("activation", "activation", ("relu", "tanh"), "relu"),
        Slider("scale", "std of a weight × √n", 0.2, 3, 0.02, 1),
    ),
    "two_shapes": (
        Choice("first", "shape of the first", SHAPES, "(3, 4)"),
        Choice("second", "shape of the second", SHAPES, "(4,)"),
    ),
}


def start(figure: str) -> dict[str, float]:
    """The numbers that a figure starts with."""
    controls = CONTROLS[figure]
    sliders = [each for each in controls if isinstance(each, Slider)]
    for each in controls:
        sliders += each.sliders if isinstance(each, Handle) else ()
    return {each.name: each.start for each in sliders}
