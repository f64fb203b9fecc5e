"""Links to the NumPy and Python documentation, without asking the network at build time."""

from pathlib import Path

from mkdocstrings import Inventory

from website import CACHE

PYTHON = "https://docs.python.org/3/"
NUMPY = "https://numpy.org/doc/stable/"

# Every outside name that a page, a signature or a docstring links to: (role, address).
NAMES = {
    PYTHON: {
        "AssertionError": ("exception", "library/exceptions.html#AssertionError"),
        "bool": ("class", "library/functions.html#bool"),
        "collections.abc.Callable": ("class", "library/collections.abc.html#{}"),
        "collections.abc.Sequence": ("class", "library/collections.abc.html#{}"),
        "float": ("class", "library/functions.html#float"),
        "int": ("class", "library/functions.html#int"),
        "math.exp": ("function", "library/math.html#{}"),
        "object": ("class", "library/functions.html#object"),
        "OverflowError": ("exception", "library/exceptions.html#OverflowError"),
        "str": ("class", "library/stdtypes.html#str"),
        "tuple": ("class", "library/stdtypes.html#tuple"),
        "TypeError": ("exception", "library/exceptions.html#TypeError"),
        "typing.Any": ("data", "library/typing.html#{}"),
        "ValueError": ("exception", "library/exceptions.html#ValueError"),
    },
    NUMPY: {
        "numpy.bool": ("class", "reference/arrays.scalars.html#{}"),
        "numpy.broadcast_to": ("function", "reference/generated/{}.html"),
        "numpy.dtype": ("class", "reference/generated/{}.html"),
        "numpy.exp": ("function", "reference/generated/{}.html"),
        "numpy.float32": ("class", "reference/arrays.scalars.html#{}"),
        "numpy.float64": ("class", "reference/arrays.scalars.html#{}"),
        "numpy.floating": ("class", "reference/arrays.scalars.html#{}"),
        "numpy.int64": ("class", "reference/arrays.scalars.html#{}"),
        "numpy.log1p": ("function", "reference/generated/{}.html"),
        "numpy.ndarray": ("class", "reference/generated/{}.html"),
        "numpy.number": ("class", "reference/arrays.scalars.html#{}"),
        "numpy.random.default_rng": ("function", "reference/random/generator.html#{}"),
        "numpy.random.Generator": ("class", "reference/random/generator.html#{}"),
        "numpy.reshape": ("function", "reference/generated/{}.html"),
        "numpy.shares_memory": ("function", "reference/generated/{}.html"),
        "numpy.tanh": ("function", "reference/generated/{}.html"),
        "numpy.transpose": ("function", "reference/generated/{}.html"),
        "numpy.typing.ArrayLike": ("data", "reference/typing.html#{}"),
        "numpy.typing.NDArray": ("data", "reference/typing.html#{}"),
    },
}


def write() -> list[dict[str, str]]:
    """Write an inventory for each site; return them as mkdocstrings wants them."""
    directory = CACHE / "inventories"
    directory.mkdir(parents=True, exist_ok=True)
    return [
        {"url": inventory(directory / f"{number}.inv", names), "base_url": base}
        for number, (base, names) in enumerate(NAMES.items())
    ]


def inventory(path: Path, names: dict[str, tuple[str, str]]) -> str:
    """Write one inventory; return its address."""
    entries = Inventory(project="", version="")
    for name, (role, address) in names.items():
        entries.register(name, domain="py", role=role, uri=address.format(name))
    path.write_bytes(entries.format_sphinx())
    return path.as_uri()
