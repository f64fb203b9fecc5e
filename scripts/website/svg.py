"""What a drawing goes through after matplotlib; without matplotlib itself."""

import re
from typing import Any

from figures import themes

COLOR = re.compile(r"#[0-9a-fA-F]{6}\b")


def numbered(svg: str) -> str:
    """Name clip paths by their order: matplotlib hashes the last bits of a layout, which vary."""
    for number, name in enumerate(re.findall(r'<clipPath id="(\w+)"', svg)):
        svg = re.sub(rf"\b{name}\b", f"clip{number}", svg)
    return svg


def follows(svg: str) -> bool:
    """Whether a light drawing has only colors of its theme: no picture, no color map."""
    return "<image" not in svg and set(COLOR.findall(svg)) <= set(colors("light"))


def darkened(svg: str) -> str:
    """A drawing for the dark page: each color of the light one becomes its counterpart."""
    counterpart = dict(zip(colors("light"), colors("dark"), strict=True))
    return COLOR.sub(lambda match: counterpart.get(match[0], match[0]), svg)


def colors(name: str) -> list[str]:
    """The colors of a theme, in one order."""
    theme: dict[str, Any] = themes.THEMES[name]
    return [theme["ink"], theme["faint"], theme["grid"], theme["surface"], *theme["hues"]]
