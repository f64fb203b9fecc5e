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


def contrast(color: str, ground: str) -> float:
    """How much two colors differ in brightness, from 1 to 21, as WCAG 2 measures it."""
    darker, lighter = sorted(map(luminance, (color, ground)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """How bright a color `#rrggbb` is, from 0 to 1."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
