r"""One unit: the neuron, and the perceptron with the rule it learned by before gradients."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnref import _checks, _reduce
from nnref.activations import hard_threshold, linear

__all__ = ["Neuron", "Perceptron", "PerceptronFit"]


class Neuron:
    r"""A weighted sum of the inputs plus a bias, sent through an activation function.

    $$ y = f\Big(\sum_i w_i x_i + b\Big) $$

    A weight says how much its input matters and in which direction. The bias shifts the score,
    so that the switch from low to high does not have to lie at 0.

    Args:
        weights: w of shape (D,), one for each input.
        bias: b, a number.
        activation: f, a function of an array such as `nnref.activations.sigmoid`.

    Attributes:
        weights: w, an array of shape (D,).
        bias: b.
        activation: f.

    Raises:
        TypeError: if `weights` is not float32, float64, integers or bools, `bias` is not a
            number or `activation` not a function.
        ValueError: if `weights` is not of shape (D,) or holds nothing, or a weight or the
            bias is not finite.

    Examples:
        A weld seen as average brightness, pixel contrast and edge strength, each in
        [0, 1]: 2.5 · 0.8 counts for a defect, -4 · 0.5 against it.

        >>> from nnref.activations import sigmoid
        >>> from nnref.perceptron import Neuron
        >>> neuron = Neuron([-4.0, 2.5, 1.5], bias=-0.5, activation=sigmoid)
        >>> round(float(neuron.score([0.5, 0.8, 0.6])), 4)
        0.4
        >>> round(float(neuron.forward([0.5, 0.8, 0.6])), 4)
        0.5987

    PyTorch: `torch.nn.Linear(D, 1)` followed by the activation.

    In the chapter: [The neuron][perceptrons-neuron].
    """

    def __init__(
        self,
        weights: ArrayLike,
        bias: float = 0.0,
        activation: Callable[[NDArray[Any]], NDArray[np.floating]] = linear,
    ) -> None:
        self.weights = _checks.floating(weights, "weights").copy()
        if self.weights.ndim != 1 or self.weights.size == 0:
            wanted = "have shape (D,) with at least one weight"
            raise ValueError(f"`weights` must {wanted}, got {self.weights.shape}")
        _checks.finite(self.weights, "weights")
        self.bias = _checks.number(bias, "bias", "(-inf, inf)")
        self.activation = _checks.function(activation, "activation")

    def score(self, x: ArrayLike) -> NDArray[np.floating]:
        """Return the weighted sum plus the bias.

        It is right over the whole float range, also where products overflow and cancel:
        only a score beyond the range is infinite, and only from NaN or infinity comes NaN.

        Args:
            x: inputs of shape (..., D): one example or many.

        Returns:
            Shape (...), in the dtype of the weights.

        Raises:
            TypeError: if `x` is not float32, float64, integers or bools.
            ValueError: if the last axis of `x` has another length than D.
        """
        x = _checks.floating(x, "x")
        if x.shape[-1:] != self.weights.shape:
            raise ValueError(f"`x` must have shape (..., {self.weights.size}), got {x.shape}")

        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            inputs = x.astype(self.weights.dtype, copy=False)
            return _reduce.weighted_sum(inputs, self.weights, self.bias)

    def forward(self, x: ArrayLike) -> NDArray[np.floating]:
        """Return the activation of the score.

        Args:
            x: inputs of shape (..., D): one example or many.

        Returns:
            Shape (...), in the dtype of the weights.

        Raises:
            TypeError: if `x` is not float32, float64, integers or bools.
            ValueError: if the last axis of `x` has another length than D.
        """
        return self.activation(self.score(x))


class PerceptronFit(NamedTuple):
    """How [`Perceptron.fit`][nnref.perceptron.Perceptron.fit] ended.

    Attributes:
        converged: whether the last pass was free of mistakes.
        mistakes: the number of mistakes in each pass.
    """

    converged: bool
    mistakes: list[int]


class Perceptron(Neuron):
    r"""A neuron with a hard threshold, which learns from its mistakes alone.

    $$ y = \begin{cases} 1 & \text{if } \sum_i w_i x_i + b \ge 0 \\
                         0 & \text{otherwise} \end{cases} $$

    Args:
        weights: the start weights w of shape (D,).
        bias: the start bias b.

    Attributes:
        weights: w, an array of shape (D,).
        bias: b.

    Raises:
        TypeError: if `weights` is not float32, float64, integers or bools, or `bias` is
            not a number.
        ValueError: if `weights` is not of shape (D,) or holds nothing, or a weight or the
            bias is not finite.

    Examples:
        A weld is rejected (1) if it shows porosity, a crack or both:

        >>> from nnref.perceptron import Perceptron
        >>> inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> perceptron = Perceptron([0.0, 0.0])
        >>> perceptron.fit(inputs, [0, 1, 1, 1], max_passes=20)
        PerceptronFit(converged=True, mistakes=[2, 2, 1, 0])
        >>> perceptron.forward(inputs).tolist()
        [0.0, 1.0, 1.0, 1.0]

        For "one of the two, but not both" no line separates the classes, and it says so:

        >>> Perceptron([0.0, 0.0]).fit(inputs, [0, 1, 1, 0], max_passes=6)
        PerceptronFit(converged=False, mistakes=[3, 3, 4, 4, 4, 4])

    PyTorch: no separate class. `torch.optim.SGD` with a learning rate of 1 on -(t - y) s,
    where s is the score and y is held still, gives the same weights and mistakes.

    References:
        Rosenblatt, "The perceptron: a probabilistic model for information storage and
        organization in the brain", Psychological Review 65, 1958,
        [doi:10.1037/h0042519](https://doi.org/10.1037/h0042519).

    In the chapter: [How a perceptron learns][perceptrons-learning-rule].
    """

    def __init__(self, weights: ArrayLike, bias: float = 0.0) -> None:
        super().__init__(weights, bias, hard_threshold)

    def fit(self, x: ArrayLike, labels: ArrayLike, *, max_passes: int) -> PerceptronFit:
        r"""Learn from one example after the other until a pass is free of mistakes.

        $$ w \leftarrow w + (t - y) \, x, \qquad b \leftarrow b + (t - y) $$

        where t is the label. A right answer changes nothing, and a mistake turns the weights
        toward the example or away from it. If a line with margin γ separates the classes and
        no example is longer than R, counting the bias as an input of 1, then from weights of 0
        there are at most (R / γ)² mistakes. If no line separates the classes, the rule never
        ends, and the weights wander in a bounded region (Minsky and Papert's "perceptron
        cycling theorem").

        Args:
            x: inputs of shape (N, D).
            labels: t of shape (N,), each 0 or 1.
            max_passes: the number of passes over all examples to give up after.

        Returns:
            Whether the last pass was free of mistakes, and the mistakes of each pass. The
            perceptron keeps the weights it has then; another call goes on from there.

        Raises:
            TypeError: if `x` is not float32, float64, integers or bools, or `labels` or
                `max_passes` are not integers.
            ValueError: if shapes do not fit, `x` is not finite, a label is not 0 or 1, or
                `max_passes` is below 1.

        References:
            Novikoff, "On convergence proofs on perceptrons", Symposium on the Mathematical
            Theory of Automata, 1962.
        """
        x = _checks.rows(x, "x", self.weights.size).astype(self.weights.dtype, copy=False)
        _checks.finite(x, "x")
        targets = _checks.labels(labels, 2)
        _checks.shape(targets, "labels", x.shape[:1])
        limit = _checks.integer(max_passes, "max_passes", minimum=1)

        mistakes = [self._pass(x, targets)]
        while mistakes[-1] and len(mistakes) < limit:
            mistakes.append(self._pass(x, targets))
        return PerceptronFit(mistakes[-1] == 0, mistakes)

    def _pass(self, x: NDArray[np.floating], targets: NDArray[np.integer]) -> int:
        """Learn from each example once and return the number of mistakes."""
        mistakes = 0
        for row, target in zip(x, targets.tolist(), strict=True):
            error = target - int(self.score(row) >= 0)
            if error:
                self.weights = self.weights + error * row
                self.bias += error
                mistakes += 1
        return mistakes
