"""What a drawing goes through after matplotlib; without matplotlib itself."""

import re


def numbered(svg: str) -> str:
    """Name clip paths by their order: matplotlib hashes the last bits of a layout, which vary."""
    for number, name in enumerate(re.findall(r'<clipPath id="(\w+)"', svg)):
        svg = re.sub(rf"\b{name}\b", f"clip{number}", svg)
    return svg
