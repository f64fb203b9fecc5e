"""What an edition of the site says of itself: its version, its date, its card for other sites."""

from datetime import UTC, datetime
from pathlib import Path

import nnref
from figures.themes import THEMES
from website import CACHE, memory
from website.stamp import UNDATED

CARD = "assets/card.png"  # where the card stands on the site
PIXELS = (1200, 630)  # what the sites that show it ask for
DOTS_PER_INCH = 100
LINE = "Every number produced or checked by running code"


def label(seconds: str) -> str:
    """The version, and the date where there is one, for the foot of a page."""
    if seconds == UNDATED:
        return f"Version {nnref.__version__}"
    date = datetime.fromtimestamp(int(seconds), UTC)
    return f"Version {nnref.__version__}, {date:%B} {date.day}, {date.year}"


def card(title: str) -> dict[str, Path]:
    """The picture that other sites show with a link to this one, by its address; drawn once."""
    path = CACHE / "card" / f"{memory.key(title)[:20]}.png"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(path, title)
    return {CARD: path}


def draw(path: Path, title: str) -> None:
    """Draw the logo, a small network, with the title of the site below it."""
    from matplotlib.figure import Figure  # slow to load, and rarely needed

    colors = THEMES["light"]
    blue, orange = colors["hues"][:2]
    size = [side / DOTS_PER_INCH for side in PIXELS]
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=colors["surface"])
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, PIXELS[0]), ylim=(0, PIXELS[1]))
    axes.axis("off")
    for y in (370, 450, 530):
        axes.plot([110, 280], [y, 450], color=blue, linewidth=9)
        axes.plot(110, y, "o", color=blue, markersize=30)
    axes.plot(280, 450, "o", color=orange, markersize=48)
    axes.text(84, 205, title, fontsize=42, fontweight="bold", color=colors["ink"], va="center")
    axes.text(86, 110, LINE, fontsize=27, color=colors["faint"], va="center")
    figure.savefig(path, metadata={"Software": None})
