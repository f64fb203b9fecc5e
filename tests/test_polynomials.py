"""The constants that `nnref` holds are those that the script derives in fifty digits."""

import polynomials
from nnref import _formulas
from nnref.activations import gated


def test_constants_are_those_derived() -> None:
    for name, value in polynomials.constants().items():
        module = gated if hasattr(gated, name) else _formulas
        assert getattr(module, name) == value, name
