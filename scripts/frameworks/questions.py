"""The list of questions that every library is asked, with the inputs that all of them get.

Standard library only, because each library's own environment reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from frameworks import measures

LOGITS = [[1.2, 2.5, 0.4], [0.0, 0.0, 0.0]]
BOXES = {  # (x1, y1, x2, y2)
    "tiny": ([0.0, 0.0, 1e-4, 1e-4], [0.0, 0.0, 1e-4, 1e-4]),
    "touching": ([0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 2.0, 1.0]),
    "nested": ([0.0, 0.0, 4.0, 4.0], [1.0, 1.0, 3.0, 3.0]),
    "lying on upright": ([0.0, 0.0, 4.0, 1.0], [0.0, 0.0, 1.0, 4.0]),
    "no area": ([1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]),
}
FUNCTIONS = ("sigmoid", "softplus", "tanh", "gelu", "silu")


@dataclass(frozen=True)
class Question:
    """One question: what is asked, with which inputs, and what the answer consists of."""

    id: str
    topic: str
    text: str
    inputs: dict[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()  # names of the answer's values; none: it is one value or list
    unit: str = ""
    measure: Callable[..., Any] | None = None  # makes the answer of what a probe returns
    refusal: bool = False  # whether an exception is an answer
    only: tuple[str, ...] = ()  # the libraries that are asked; none: all


def cross_entropy() -> list[Question]:
    """Several classes."""
    topic = "cross-entropy"
    labels, weights = [1, 2], [1.0, 2.0, 5.0]
    rows = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    given = {"logits": LOGITS, "labels": labels}
    return [
        Question(
            "weighted_indices",
            topic,
            "What is the mean cross-entropy with class weights, the labels given as indices?",
            {**given, "weights": weights},
        ),
        Question(
            "weighted_rows",
            topic,
            "And with the same labels given as rows of 0 and 1?",
            {"logits": LOGITS, "rows": rows, "weights": weights},
        ),
        Question(
            "smoothed",
            topic,
            "What is the mean cross-entropy with label smoothing 0.1?",
            {**given, "smoothing": 0.1},
        ),
        Question(
            "smoothed_weighted",
            topic,
            "And with label smoothing and class weights together?",
            {**given, "weights": weights, "smoothing": 0.1},
        ),
        Question(
            "label_too_large",
            topic,
            "What does a label of 3 cost where the classes are 0, 1 and 2?",
            {"logits": LOGITS[0], "label": 3},
            refusal=True,
        ),
        Question(
            "label_negative",
            topic,
            "What does a label of -1 cost?",
            {"logits": LOGITS[0], "label": -1},
            refusal=True,
        ),
        Question(
            "all_ignored",
            topic,
            "What is the mean loss where every label is the one to be ignored?",
            {"logits": LOGITS, "ignored": 2},
        ),
        Question(
            "sure_and_wrong",
            topic,
            "Logits 100 and 0, the label is the second class: the loss, and its slope by the "
            "second logit?",
            {"logits": [100.0, 0.0], "label": 1},
            ("value", "slope"),
        ),
        Question(
            "sure_and_wrong_probabilities",
            topic,
            "Probabilities 1 and 0, the label is the second class: the loss, and its slope by "
            "the second probability?",
            {"probabilities": [1.0, 0.0], "label": 1},
            ("value", "slope"),
        ),
        Question(
            "softmax_minus_infinity",
            topic,
            "What is the softmax of a row of minus infinity?",
            {"count": 3},
        ),
    ]


def binary() -> list[Question]:
    """One yes-or-no question."""
    topic = "binary cross-entropy"
    parts = ("value", "slope")
    return [
        Question(
            "bce_right",
            topic,
            "The probability is 1 and so is the label: the loss and its slope?",
            {"probability": 1.0, "label": 1.0},
            parts,
        ),
        Question(
            "bce_wrong",
            topic,
            "The probability is 1 and the label 0: the loss and its slope?",
            {"probability": 1.0, "label": 0.0},
            parts,
        ),
        Question(
            "bce_large_logit",
            topic,
            "The logit is 100 and the label 0: the loss and its slope?",
            {"logit": 100.0, "label": 0.0},
            parts,
        ),
        Question(
            "bce_small_loss",
            topic,
            "In float32, what is the loss of the logit -15 with label 0, and of 15 with "
            "label 1? (True value: 3.059e-07 both times.)",
            {"logit": 15.0},
            ("label 0", "label 1"),
        ),
        Question(
            "bce_smoothed",
            topic,
            "The logit is 4, the label 1, label smoothing 0.1: the loss?",
            {"logit": 4.0, "label": 1.0, "smoothing": 0.1},
        ),
    ]


def focal() -> list[Question]:
    """Focal loss for yes-or-no questions."""
    topic = "focal loss"
    pair = {"logits": [-1.0, 1.0], "targets": [1.0, 0.0]}
    return [
        Question(
            "focal_default",
            topic,
            "With every option at its default, what do a missed defect (logit -1) and a false "
            "alarm (logit 1) cost?",
            pair,
            ("missed", "false alarm"),
        ),
        Question(
            "focal_options",
            topic,
            "What are the defaults of α, γ and the reduction?",
            parts=("alpha", "gamma", "reduction"),
        ),
        Question(
            "focal_alpha",
            topic,
            "With α = 0.75 and γ = 0, what do the missed defect and the false alarm cost?",
            {**pair, "alpha": 0.75},
            ("missed", "false alarm"),
        ),
        Question(
            "focal_slope",
            topic,
            "With γ = 0.5 and label 1, what is the slope at the logits 17 and 30, in float32?",
            {"logits": [17.0, 30.0], "gamma": 0.5},
            ("17", "30"),
        ),
    ]


def masks() -> list[Question]:
    """Dice and Tversky losses; a picture is a grid of probabilities."""
    topic = "overlap of masks"
    return [
        Question(
            "dice_nothing",
            topic,
            "Dice loss: the mask is empty and every probability exactly 0?",
            {"side": 64},
        ),
        Question(
            "dice_sound",
            topic,
            "Dice loss: the mask is empty and every logit of 64 × 64 is -10, or -40?",
            {"side": 64, "logits": [-10.0, -40.0]},
            ("-10", "-40"),
        ),
        Question(
            "dice_false_alarm",
            topic,
            "Dice loss: the mask is empty, and one pixel of 64 × 64 has probability 1?",
            {"side": 64},
        ),
        Question(
            "dice_missed",
            topic,
            "Dice loss: a mask of one pixel is missed, every probability is 0?",
            {"side": 64},
        ),
        Question(
            "dice_batch",
            topic,
            "Dice loss of a batch: a pore of 8 pixels is found, one of 2 in another picture "
            "missed?",
            {
                "found": [[[1.0] * 4] * 2 + [[0.0] * 4] * 2, [[0.0] * 4] * 4],
                "masks": [
                    [[1.0] * 4] * 2 + [[0.0] * 4] * 2,
                    [[1.0, 1.0, 0.0, 0.0]] + [[0.0] * 4] * 3,
                ],
            },
        ),
        Question(
            "dice_probabilities",
            topic,
            "Dice loss of two pixels with probabilities 0.6 and 0.2, the first of them in the "
            "mask?",
            {"probabilities": [0.6, 0.2], "mask": [1.0, 0.0]},
        ),
        Question(
            "tversky_nothing",
            topic,
            "Tversky loss: the mask is empty and every probability exactly 0?",
            {"side": 64},
        ),
        Question(
            "tversky_alpha",
            topic,
            "Tversky loss with α = 0.3 and β = 0.7 where one pixel is found and one a false "
            "alarm? (0.2308 if α counts false alarms, 0.4118 if β does.)",
            {"found": [1.0, 1.0, 0.0], "mask": [1.0, 0.0, 0.0], "alpha": 0.3, "beta": 0.7},
        ),
    ]


def regression() -> list[Question]:
    """Losses of one number."""
    topic = "regression losses"
    error = {"prediction": 7.0, "truth": 5.0}
    return [
        Question(
            "smooth_l1",
            topic,
            "Smooth L1 of an error of 2, with the default parameter and with 0.5?",
            {**error, "beta": 0.5},
            ("default", "0.5"),
        ),
        Question(
            "huber",
            topic,
            "Huber loss of an error of 2, with the default parameter and with 0.5?",
            {**error, "delta": 0.5},
            ("default", "0.5"),
        ),
        Question("squared_error", topic, "Squared error of an error of 2?", error),
    ]


def boxes() -> list[Question]:
    """Overlap of two boxes and the losses made of it."""
    topic = "boxes"
    kinds = {"giou": "GIoU", "diou": "DIoU", "ciou": "CIoU"}
    pairs = {"pairs": BOXES}
    asked = [
        Question(
            "iou",
            topic,
            "What is the IoU of two equal tiny squares, of touching ones, of one within the "
            "other, of a lying on an upright one, and of two equal ones without area?",
            pairs,
            tuple(BOXES),
        )
    ]
    for name, title in kinds.items():
        asked.append(
            Question(
                f"{name}_loss", topic, f"And the {title} loss of the pairs?", pairs, tuple(BOXES)
            )
        )
        asked.append(
            Question(
                f"{name}_slope",
                topic,
                f"And the slope of the {title} loss by the left edge of the first box?",
                pairs,
                tuple(BOXES),
            )
        )
    return asked


def metrics() -> list[Question]:
    """Scores of predictions."""
    topic = "metrics"
    ranking = {"truth": [0, 1, 0, 1], "scores": [0.5, 0.5, 0.2, 0.8]}
    return [
        Question(
            "recall_absent",
            topic,
            "Recall where no example is positive?",
            {"truth": [0, 0, 0], "predictions": [0, 1, 0]},
        ),
        Question(
            "f1_absent",
            topic,
            "F1 where no example is positive and none was called so?",
            {"truth": [0, 0, 0], "predictions": [0, 0, 0]},
        ),
        Question(
            "macro_f1_absent",
            topic,
            "Macro F1 of three classes of which the third occurs nowhere?",
            {"truth": [0, 0, 1, 1], "predictions": [0, 1, 1, 1], "classes": 3},
        ),
        Question(
            "macro_f1_predicted",
            topic,
            "Macro F1 of three classes of which the third occurs among the predictions only?",
            {"truth": [0, 0, 1, 1], "predictions": [0, 2, 1, 1], "classes": 3},
        ),
        Question(
            "dice_metric_nothing",
            topic,
            "The Dice metric where the mask is empty and nothing was found?",
            {"side": 8},
        ),
        Question(
            "threshold_tie",
            topic,
            "Is the probability 0.5 a yes? (The accuracy of one such example with label 1.)",
            {"truth": [1.0], "scores": [0.5]},
        ),
        Question("auc_tie", topic, "Area under the ROC curve, two scores equal?", ranking),
        Question("average_precision", topic, "Average precision of the same scores?", ranking),
        Question(
            "confusion_layout",
            topic,
            "The confusion matrix of one example of class 0 that is called 1: are its rows "
            "the truth?",
            {"truth": [0], "predictions": [1], "classes": 2},
        ),
    ]


def kinks() -> list[Question]:
    """Slopes where a function has none."""
    topic = "slopes at kinks"
    at_zero = {"point": 0.0}
    return [
        Question("slope_relu", topic, "The slope of ReLU at 0?", at_zero),
        Question("slope_leaky_relu", topic, "The slope of leaky ReLU at 0?", at_zero),
        Question("slope_abs", topic, "The slope of |x| at 0?", at_zero),
        Question("slope_maximum", topic, "The slope of maximum(x, 0) at 0?", at_zero),
        Question("slope_clip", topic, "The slope of clip(x, 0, 1) at 0?", at_zero),
        Question(
            "slope_max_tie",
            topic,
            "The slopes of the largest of two equal numbers?",
            {"values": [1.0, 1.0]},
        ),
        Question(
            "slope_norm",
            topic,
            "The slopes of the Euclidean norm of a vector of zeros?",
            {"values": [0.0, 0.0]},
        ),
    ]


def functions() -> list[Question]:
    """Activation functions in float32."""
    topic = "activation functions"
    points = [-100.0, 25.0, 1e-20]
    parts = ("-100", "25", "1e-20")
    values = [
        Question(
            f"value_{name}",
            topic,
            f"In float32, what is {name} at -100, at 25 and at 1e-20?",
            {"points": points},
            parts,
            measure=measures.by_part(parts),
        )
        for name in FUNCTIONS
    ]
    errors = [
        Question(
            f"error_{name}",
            topic,
            f"In float32, what is the largest error of {name}, and where?",
            {"points": measures.spread},
            ("largest", "at"),
            "ulp",
            measures.error_of(name),
        )
        for name in FUNCTIONS
    ]
    return [
        *values,
        *errors,
        Question(
            "tiny_inputs",
            topic,
            "In float32, what are expm1, ELU, erf and atanh of -1e-10?",
            {"point": -1e-10},
            ("expm1", "elu", "erf", "atanh"),
        ),
        Question(
            "nan",
            topic,
            "What do ReLU, sigmoid, tanh and maximum(x, 0) make of NaN?",
            {"point": float("nan")},
            ("relu", "sigmoid", "tanh", "maximum"),
        ),
        Question(
            "minus_infinity",
            topic,
            "What do GELU, SiLU, softplus and ELU make of minus infinity?",
            {"point": float("-inf")},
            ("gelu", "silu", "softplus", "elu"),
        ),
    ]


def defaults() -> list[Question]:
    """What a function does when it is told nothing."""
    topic = "defaults"
    return [
        Question("leaky_slope", topic, "Leaky ReLU of -1 with the default slope?", {"point": -1.0}),
        Question("hard_sigmoid", topic, "The hard sigmoid at 1?", {"point": 1.0}),
        Question(
            "gelu_form",
            topic,
            "GELU at 1? (Exact: 0.84134, with tanh: 0.84119.)",
            {"point": 1.0},
        ),
        Question(
            "batch_norm",
            topic,
            "Batch normalization sees 0 and 2: its running mean (from 0) and variance (from 1)?",
            {"batch": [0.0, 2.0]},
            ("mean", "variance"),
        ),
        Question(
            "norm_epsilon",
            topic,
            "The ε of batch and of layer normalization?",
            parts=("batch", "layer"),
        ),
        Question(
            "standard_deviation",
            topic,
            "The standard deviation of 1, 2, 3, 4?",
            {"values": [1.0, 2.0, 3.0, 4.0]},
        ),
        Question("median", topic, "The median of 1, 2, 3, 4?", {"values": [1.0, 2.0, 3.0, 4.0]}),
    ]


def optimizers() -> list[Question]:
    """Steps of one weight."""
    topic = "optimizers"
    decay = {"weight": 1.0, "gradient": 0.0, "rate": 0.01, "decay": 0.1}
    return [
        Question("adam_epsilon", topic, "Adam's default ε?"),
        Question(
            "adam_first_step",
            topic,
            "How far does Adam's first step go for gradients 1e-8 and 1e-3 with rate 1?",
            {"gradients": [1e-8, 1e-3], "rate": 1.0},
            ("1e-08", "0.001"),
        ),
        Question(
            "adam_decay",
            topic,
            "Adam (not AdamW) with weight decay 0.1 and rate 0.01: what becomes of the weight 1 "
            "where the gradient is 0? (0.99: the decay joins the gradient; 0.999: it does not.)",
            decay,
        ),
        Question(
            "sgd_decay",
            topic,
            "And with plain gradient descent?",
            decay,
        ),
        Question(
            "momentum",
            topic,
            "Momentum 0.9, gradient 1, rates 1, 1 and then 0.1: how far does the third step go? "
            "(0.271: the rate stands outside the velocity; 1.81: inside.)",
            {"gradient": 1.0, "rates": [1.0, 1.0, 0.1], "momentum": 0.9},
        ),
        Question(
            "rmsprop_first_step",
            topic,
            "How far does RMSprop's first step go for the gradient 1 with rate 1?",
            {"gradient": 1.0, "rate": 1.0},
        ),
        Question(
            "adagrad_first_step",
            topic,
            "And Adagrad's?",
            {"gradient": 1.0, "rate": 1.0},
        ),
        Question(
            "amsgrad",
            topic,
            "AMSGrad: how far does the 101st step go after one gradient of 100 and a hundred "
            "of 1, with rate 1?",
            {"gradients": [100.0] + [1.0] * 100, "rate": 1.0},
        ),
    ]


def start_weights() -> list[Question]:
    """How layers begin; estimated from 500,000 draws, to two digits."""
    topic = "start weights"
    return [
        Question(
            "dense_start",
            topic,
            "A dense layer from 1000 to 500: how are its weights distributed, what is their "
            "variance times 1000, what is the standard deviation of the biases, and which "
            "shape has the matrix?",
            {"fan_in": 1000, "fan_out": 500},
            ("distribution", "variance times fan-in", "bias", "shape"),
            measure=measures.dense,
        ),
        Question(
            "he_normal",
            topic,
            "He's normal initializer: is it truncated, and what is the variance times fan-in?",
            {"fan_in": 1000, "fan_out": 500},
            ("distribution", "variance times fan-in"),
            measure=measures.he,
        ),
        Question(
            "embedding_start",
            topic,
            "An embedding of 1000 entries of size 500: how are they distributed, with which "
            "standard deviation?",
            {"count": 1000, "size": 500},
            ("distribution", "standard deviation"),
            measure=measures.embedding,
        ),
    ]


def sums() -> list[Question]:
    """Many numbers, or large ones, in float32."""
    topic = "sums and norms"
    many = {"count": 10_000_000, "number": 0.1}
    return [
        Question("sum_tenths", topic, "The sum of ten million times 0.1?", many),
        Question("mean_tenths", topic, "Their mean?", many),
        Question("norm_tenths", topic, "Their Euclidean norm? (True: 316.2278.)", many),
        Question(
            "variance_large",
            topic,
            "The variance of 10000, 10001 and 10002, divided by 3? (True: 0.6667.)",
            {"values": [10000.0, 10001.0, 10002.0]},
        ),
        Question(
            "norm_large",
            topic,
            "The norm of (3e20, 4e20)? (True: 5e20.)",
            {"values": [3e20, 4e20]},
        ),
        Question(
            "norm_small",
            topic,
            "The norm of (3e-30, 4e-30)? (True: 5e-30.)",
            {"values": [3e-30, 4e-30]},
        ),
        Question(
            "clip_large",
            topic,
            "Gradients (3e20, 4e20) clipped to norm 1? (True: 0.6 and 0.8.)",
            {"values": [3e20, 4e20], "limit": 1.0},
        ),
        Question(
            "clip_ordinary",
            topic,
            "Gradients (3, 4) clipped to norm 1?",
            {"values": [3.0, 4.0], "limit": 1.0},
        ),
    ]


def half() -> list[Question]:
    """Losses in 16 bits, on the CPU."""
    topic = "half precision"
    parts = ("float16", "bfloat16")
    return [
        Question(
            "half_cross_entropy",
            topic,
            "The mean cross-entropy of 100,000 rows of two equal logits? (True: 0.6931.)",
            {"rows": 100_000},
            parts,
        ),
        Question(
            "half_squared_error",
            topic,
            "The mean squared error of one error of 300? (90,000 is above float16's range.)",
            {"error": 300.0},
            parts,
        ),
        Question(
            "half_dice",
            topic,
            "The Dice loss of a mask of 512 × 512 ones, all found?",
            {"side": 512},
            parts,
        ),
        Question("half_sum", topic, "The sum of 5000 ones?", {"count": 5000}, parts),
    ]


def export() -> list[Question]:
    """PyTorch's modules as ONNX files, and what running them gives."""
    topic = "export"
    only = ("torch_onnx",)
    parts = ("PyTorch", "ONNX reference", "ONNX Runtime")
    return [
        Question(
            "export_smoothed",
            topic,
            "Cross-entropy with label smoothing 0.1, before and after the export?",
            {"logits": LOGITS, "labels": [1, 2], "smoothing": 0.1},
            parts,
            only=only,
        ),
        Question(
            "export_bce",
            topic,
            "Binary cross-entropy of the logit 100 and label 0, before and after?",
            {"logit": 100.0, "label": 0.0},
            parts,
            only=only,
        ),
        Question(
            "export_softplus",
            topic,
            "Softplus of 100, before and after?",
            {"point": 100.0},
            parts,
            only=only,
        ),
        Question(
            "export_operators",
            topic,
            "Which operators stand in the file?",
            parts=("gelu", "silu", "softplus", "hardswish", "logsigmoid", "cross_entropy"),
            only=only,
        ),
    ]


def autocast() -> list[Question]:
    """Under PyTorch's autocast on the CPU, bfloat16."""
    operations = ("linear", "softmax", "cross_entropy", "mse_loss", "sum", "softplus", "sigmoid")
    return [
        Question(
            "autocast_types",
            "half precision",
            "Which type comes out of each operation under autocast?",
            {"operations": list(operations)},
            operations,
            only=("torch_autocast",),
        )
    ]


QUESTIONS: dict[str, Question] = {
    question.id: question
    for group in (
        cross_entropy,
        binary,
        focal,
        masks,
        regression,
        boxes,
        metrics,
        kinks,
        functions,
        defaults,
        optimizers,
        start_weights,
        sums,
        half,
        autocast,
        export,
    )
    for question in group()
}
