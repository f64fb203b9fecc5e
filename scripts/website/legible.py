"""Whether a drawing can be read: the contrast of its lines, markers and words with their ground."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from figures.themes import THEMES
from website.svg import contrast

LEAST = 3.0  # what WCAG 2 asks of graphics and of large text
SMALLEST = 10  # points; 9 pixels on a phone
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
STYLE = re.compile(r"([\w-]+): ([^;]+)")
AREA = re.compile(r"(?!Line)\w+Collection")  # bands and clouds may be faint
SCALE = re.compile(r"scale\((\S+)")
POINTS = 100  # matplotlib writes glyphs a hundred points high, and scales them
PLACE = re.compile(r"translate\((\S+) (\S+?)\)")
SVG = "{http://www.w3.org/2000/svg}"

Box = tuple[float, float, float, float]
Element = ElementTree.Element


def faults(svg: str, theme: str) -> str:
    """What in a drawing is hard to read on the page of a theme, or nothing."""
    colors = THEMES[theme]
    found = dict.fromkeys(hard_to_read(svg, colors["surface"], colors["grid"]))
    limits = f"{LEAST:.0f}:1 and {SMALLEST} points are the least"
    return f"hard to read in the {theme}: {', '.join(found)}; {limits}" if found else ""


def hard_to_read(svg: str, surface: str, grid: str) -> Iterator[str]:
    """What stands out too little, in order; the grid stands back on purpose."""
    grounds: list[tuple[Box, str]] = []  # areas that something may stand on; "" for a picture
    for kind, element in painted(ElementTree.fromstring(svg), ""):  # noqa: S314 (made here)
        style = dict(STYLE.findall(element.get("style", "")))
        fill, stroke = style.get("fill", "#000000"), style.get("stroke", "none")
        if kind == "image":
            grounds.append((frame(element), ""))
        elif kind == "text":
            size = float(SCALE.search(element.get("transform", ""))[1]) * POINTS
            if round(size, 1) < SMALLEST:
                yield f"text of {size:.1f} points"
            ground = under(element, grounds, surface)
            if ground and (ratio := apparent(style, "fill", fill, ground)) < LEAST:
                yield f"text {fill} at {ratio:.1f}:1"
        elif AREA.fullmatch(kind) or (element.tag == f"{SVG}path" and fill != "none"):
            if element.tag == f"{SVG}path" and opacity(style, "fill") == 1:
                grounds.append((outline(element), fill))
        elif {fill, stroke} - {"none", grid}:
            ratio = apparent(style, "stroke", stroke, surface)
            if element.tag == f"{SVG}use":
                ratio = max(ratio, apparent(style, "fill", fill, surface))
            if ratio < LEAST:
                yield f"{kind} {fill if stroke == 'none' else stroke} at {ratio:.1f}:1"


def painted(element: Element, kind: str) -> Iterator[tuple[str, Element]]:
    """What a drawing shows, in the order in which it is painted, with matplotlib's name for it."""
    if element.tag == f"{SVG}image":
        yield "image", element
        return
    name = element.get("id", "").rpartition("_")[0]
    kind = name if element.tag == f"{SVG}g" and name else kind
    if element.tag in (f"{SVG}path", f"{SVG}use") and kind != "text" and "style" in element.attrib:
        yield kind, element
    if kind == "text" and "scale" in element.get("transform", ""):
        yield kind, element
        return
    for child in element:
        if child.tag not in (f"{SVG}defs", f"{SVG}metadata"):
            yield from painted(child, kind)


def apparent(style: dict[str, str], part: str, color: str, ground: str) -> float:
    """The contrast that a color has with its ground once the ground shines through it."""
    if color == "none":
        return 1.0
    alpha = opacity(style, part)
    channels = (
        round(alpha * int(color[at : at + 2], 16) + (1 - alpha) * int(ground[at : at + 2], 16))
        for at in (1, 3, 5)
    )
    return contrast("#" + "".join(f"{each:02x}" for each in channels), ground)


def opacity(style: dict[str, str], part: str) -> float:
    """How much a line or an area covers, from 0 to 1."""
    return float(style.get("opacity", 1)) * float(style.get(f"{part}-opacity", 1))


def under(text: Element, grounds: list[tuple[Box, str]], surface: str) -> str:
    """The color that a text stands on; nothing where it stands on a picture."""
    x, y = map(float, PLACE.search(text.get("transform", "")).groups())
    for (left, top, right, bottom), color in reversed(grounds):
        if left <= x <= right and top <= y <= bottom:
            return color
    return surface


def outline(path: Element) -> Box:
    """The box around a path."""
    numbers = [float(each) for each in NUMBER.findall(path.get("d", ""))]
    xs, ys = numbers[::2], numbers[1::2]
    return min(xs), min(ys), max(xs), max(ys)


def frame(image: Element) -> Box:
    """The box of a picture, which matplotlib writes upside down."""
    x, y, width, height = (float(image.get(name, 0)) for name in ("x", "y", "width", "height"))
    place = PLACE.search(image.get("transform", ""))
    bottom = -y - float(place[2]) if place else y + height
    return x, bottom - height, x + width, bottom
