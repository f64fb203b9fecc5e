"""The constants that `nnref` holds are those that the script derives in fifty digits."""

import polynomials
from nnref.activations import gated


def test_constants_are_those_derived() -> None:
    for name, value in polynomials.constants().items():
        assert getattr(gated, name) == value, name
