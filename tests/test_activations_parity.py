"""Activations: the same numbers as PyTorch, as autograd and as finite differences."""

from functools import partial

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnref import activations as act
from nnref.gradcheck import check_grad
from oracles.activations import ENTRIES, ROWS, VJPS

Floats = NDArray[np.floating]

ROWWISE = {name: partial(row.torch, dim=-1) for name, row in ROWS.items()}
TORCH = {name: row.torch for name, row in ENTRIES.items()} | ROWWISE


def scores() -> Floats:
    """Scores around 0, in the tails, and at the kink."""
    x = np.random.default_rng(11).normal(0, 1, size=(60, 5, 7))
    x *= np.logspace(-3, 2.5, 60).reshape(-1, 1, 1)
    x[0, 0, 0] = 0
    return x


@pytest.mark.parametrize("name", TORCH)
def test_values_are_those_of_pytorch(name: str) -> None:
    x = scores()
    wanted = TORCH[name](torch.from_numpy(x)).numpy()
    # PyTorch's softplus drops its exponential above 20, its log_softmax what is below 1e-16
    np.testing.assert_allclose(getattr(act, name)(x), wanted, rtol=2e-10, atol=1e-15)


@pytest.mark.parametrize("name", [name for name, row in ENTRIES.items() if row.differentiable])
def test_derivatives_are_those_of_autograd(name: str) -> None:
    x = torch.from_numpy(scores()).requires_grad_()
    TORCH[name](x).sum().backward()
    # beyond 20 PyTorch takes 1 for softplus'; it loses digits of 1 - tanh**2 and s(1 - s)
    tolerance = {"softplus": 3e-9, "gelu_tanh": 1e-14}.get(name, 1e-15)
    got = getattr(act, f"{name}_grad")(x.detach().numpy())
    np.testing.assert_allclose(got, x.grad.numpy(), rtol=1e-12, atol=tolerance)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("name", [name.removesuffix("_vjp") for name in VJPS])
def test_vector_jacobian_products_are_those_of_autograd(name: str, axis: int) -> None:
    x = torch.from_numpy(scores()).requires_grad_()
    upstream = torch.from_numpy(np.random.default_rng(13).normal(size=x.shape))
    (wanted,) = torch.autograd.grad(ROWS[name].torch(x, axis), x, upstream)
    got = getattr(act, f"{name}_vjp")(x.detach().numpy(), upstream.numpy(), axis=axis)
    np.testing.assert_allclose(got, wanted.numpy(), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("name", ENTRIES)
def test_derivatives_are_those_of_finite_differences(name: str) -> None:
    x = np.random.default_rng(17).uniform(0.1, 4, size=(3, 5)) * [-1, 1, -1, 1, 1]
    check_grad(lambda x: getattr(act, name)(x).sum(), getattr(act, f"{name}_grad"), x)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("name", [name.removesuffix("_vjp") for name in VJPS])
def test_vector_jacobian_products_are_those_of_finite_differences(name: str, axis: int) -> None:
    rng = np.random.default_rng(19)
    x, upstream = rng.normal(size=(3, 5)), rng.normal(size=(3, 5))
    value, vjp = getattr(act, name), getattr(act, f"{name}_vjp")
    check_grad(
        lambda x: (value(x, axis=axis) * upstream).sum(),
        lambda x: vjp(x, upstream, axis=axis),
        x,
    )


def test_softmax_is_the_gradient_of_logsumexp() -> None:
    x = np.random.default_rng(23).normal(size=(3, 5))
    check_grad(lambda x: act.logsumexp(x).sum(), act.softmax, x)


def test_upstream_is_read_in_the_dtype_of_the_scores() -> None:
    x = np.array([1.0, 2.0, 4.0], np.float32)
    for vjp in (act.softmax_vjp, act.log_softmax_vjp):
        result = vjp(x, [0, 1, 0])
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result, vjp(x, np.float32([0, 1, 0])))


def test_pytorch_differs_where_the_descriptions_say() -> None:
    t = torch.tensor([torch.nan], requires_grad=True)
    torch.relu(t).backward()
    assert t.grad.item() == 1
    assert torch.isnan(torch.softmax(torch.tensor([1.0, torch.inf]), -1)).any()
    assert torch.log_softmax(torch.tensor([100.0, 0.0]), -1)[0] == 0
    at = torch.tensor([20.0, 20.5], dtype=torch.float64)
    assert (torch.nn.functional.softplus(at) == at).tolist() == [False, True]
    for function, at in ((torch.sigmoid, 20.0), (torch.tanh, 10.0)):
        t = torch.tensor([at], requires_grad=True)
        function(t).backward()
        assert t.grad.item() == 0
    for name, off, gone in (("gelu", 0.04, -6), ("gelu_tanh", 0.3, -6), ("silu", 0, -88.8)):
        at, ours = torch.tensor([-5.0, gone]), getattr(act, name)
        wrong, zero = TORCH[name](at).tolist()
        assert wrong / ours(-5.0) - 1 == pytest.approx(off, abs=0.005)
        assert zero == 0 > ours(np.float32(gone))
    assert torch.nn.functional.gelu(torch.tensor([-9.0], dtype=torch.float64)) == 0
    assert torch.nn.functional.silu(torch.tensor([-710.0], dtype=torch.float64)) == 0
    t = torch.tensor([1.0], requires_grad=True)
    with pytest.raises(RuntimeError):
        torch.heaviside(t, torch.ones(1)).backward()
