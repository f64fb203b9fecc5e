"""What the site ships from installed packages: the font for formulas, and license notices."""

from importlib.metadata import distribution
from pathlib import Path

from website import CACHE, ROOT, memory

# Letters, Greek, operators, arrows, brackets and their stretching parts, styled alphabets.
CHARACTERS = (
    "20-7E,A0-FF,131,237,2C6-2DC,300-36F,393-3F6,2010-2064,20D0-20EF,2102-2124,2190-21D5,"
    "2200-22F1,2308-230B,23B0-23E1,27E8-27E9,2A01-2A02,1D400-1D467,1D49C-1D4CF,1D538-1D56B,"
    "1D6A8-1D71B,1D7CE-1D7E1"
)
FEATURES = "ssty,dtls,flac,ccmp,mark,mkmk,kern"
COPYRIGHT, LICENSE = 0, 13  # entries of a font's name table
ICONS = "material/templates/.icons"
SHIPPED = CACHE / "shipped"


def installed(package: str, file: str) -> Path:
    """A file of an installed package."""
    return Path(str(distribution(package).locate_file(file)))


def font_source() -> Path:
    """STIX Two Math, whole, from the package that carries it."""
    return installed("ziamath", "ziamath/fonts/STIXTwoMath-Regular.ttf")


def files() -> dict[str, Path]:
    """What the site ships from packages, by its address: made once for each of their versions."""
    folder = SHIPPED / memory.key()[:20]
    made = {
        "assets/fonts/STIXTwoMath.woff2": math_font,
        "licenses.txt": write_licenses,
    }
    for address, make in made.items():
        path = folder / address
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            make(path)
    return {address: folder / address for address in made}


def math_font(path: Path) -> None:
    """Write STIX Two Math without the characters that no formula needs, as woff2."""
    from fontTools import subset  # slow to load, and needed once

    subset.main(
        [
            str(font_source()),
            f"--output-file={path}",
            "--flavor=woff2",
            f"--unicodes={CHARACTERS}",
            f"--layout-features={FEATURES}",
            "--name-IDs=*",  # its copyright and license travel inside it
            "--no-recalc-timestamp",
        ]
    )


def write_licenses(path: Path) -> None:
    """Write the notices of all that ships with the site."""
    path.write_text(licenses(), encoding="utf-8", newline="\n")


def licenses() -> str:
    """The notices of all that ships with the site and is not ours, and our own."""
    from fontTools.ttLib import TTFont

    with TTFont(font_source(), lazy=True) as font:
        names = [font["name"].getDebugName(entry) for entry in (COPYRIGHT, LICENSE)]
    icons = installed("mkdocs-material", ICONS)
    # The Open Font License in full stands in a package's notice, behind its heading.
    fonts = (icons / "fontawesome" / "LICENSE.txt").read_text(encoding="utf-8")
    ofl = "SIL OPEN FONT LICENSE" + fonts.partition("SIL OPEN FONT LICENSE")[2]
    ofl = ofl.partition("OTHER DEALINGS IN THE FONT SOFTWARE.")
    theme = installed("mkdocs-material", notice("mkdocs-material"))
    notices = {
        "This site and nnref": (ROOT / "LICENSE").read_text(encoding="utf-8"),
        "Material for MkDocs: styles, scripts, page layout": theme.read_text(encoding="utf-8"),
        "Material Design icons": (icons / "material" / "LICENSE").read_text(encoding="utf-8"),
        "STIX Two Math: the font of the formulas, a subset": "\n\n".join(
            [*names, "".join(ofl[:2])]
        ),
    }
    return listed(notices)


def notice(package: str) -> str:
    """The license of an installed package, among its files."""
    return next(
        str(file)
        for file in distribution(package).files or ()
        if file.name == "LICENSE" and ".icons" not in file.parts
    )


def listed(notices: dict[str, str]) -> str:
    """Notices, each below its title."""
    return "\n\n".join(
        f"{title}\n{'=' * len(title)}\n\n{text.strip()}\n" for title, text in notices.items()
    )
