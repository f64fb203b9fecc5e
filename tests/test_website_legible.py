"""What is hard to read in a drawing is found, and nothing else."""

import pytest

from website import legible

INK, BLACK = "#e3e7ee", "#000000"
LINE = '<g id="line2d_1"><path d="M 0 0 L 9 9" style="fill: none; stroke: {}"/></g>'
TEXT = '<g id="text_1"><g style="fill: {}" transform="translate(5 5) scale({} -{})"/></g>'
BRIGHT = '<g id="patch_1"><path d="M 0 0 L 9 0 L 9 9 L 0 9 z" style="fill: #ffffff"/></g>'
PICTURE = '<image x="0" y="-1" width="9" height="9" transform="scale(1 -1) translate(0 -9)"/>'


def text(color: str, size: float = 0.11) -> str:
    return TEXT.format(color, size, size)


@pytest.mark.parametrize(
    ("drawn", "problem"),
    [
        (LINE.format(INK), ""),
        (LINE.format(BLACK), f"line2d {BLACK} at 1.2:1"),
        (LINE.format(f"{INK}; stroke-opacity: 0.2"), f"line2d {INK} at 1.7:1"),
        (LINE.format("#363d49"), ""),
        (LINE.replace("path", "use").format(f"{BLACK}; fill: {INK}"), ""),
        (LINE.replace("line2d", "FillBetweenPolyCollection").format(BLACK), ""),
        (BRIGHT, ""),
        (text(INK), ""),
        (text(BLACK), f"text {BLACK} at 1.2:1"),
        (BRIGHT + text(BLACK), ""),
        (BRIGHT + text(INK), f"text {INK} at 1.2:1"),
        (text(INK) + BRIGHT, ""),
        (PICTURE + text(BLACK), ""),
        (text(INK, 0.1), ""),
        (text(INK, 0.09), "text of 9.0 points"),
    ],
    ids=[
        "line",
        "black line",
        "shining through",
        "grid",
        "marker with a bright core",
        "band",
        "area",
        "text",
        "black text",
        "black on a bright area",
        "bright on a bright area",
        "area drawn later",
        "on a picture",
        "small text",
        "too small text",
    ],
)
def test_lines_and_words_stand_out_from_their_ground(drawn: str, problem: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'
    found = legible.faults(svg, "dark")
    assert problem in found
    assert bool(problem) == bool(found)


def test_a_black_line_is_well_seen_on_the_light_page() -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{LINE.format(BLACK)}</svg>'
    assert legible.faults(svg, "light") == ""
