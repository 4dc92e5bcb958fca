"""Makes the two font files beside this script from the npm package @expo-google-fonts/noto-serif-sc.

    npm pack @expo-google-fonts/noto-serif-sc@0.4.3
    python certificates/fonts/build.py expo-google-fonts-noto-serif-sc-0.4.3.tgz

Run it when fixed-words.txt gains a character or the package a version. The result is the same on every run.
"""

import hashlib
import io
import sys
import tarfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
PACKAGE_SHA256 = "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e"
REGULAR = "package/400Regular/NotoSerifSC_400Regular.ttf"
BOLD = "package/700Bold/NotoSerifSC_700Bold.ttf"


def options() -> subset.Options:
    """No hinting and no vertical writing: the fonts are only for horizontal print, and size matters in a package."""
    chosen = subset.Options()
    chosen.hinting = False
    chosen.layout_features = ["kern"]
    chosen.drop_tables += ["BASE", "STAT", "vhea", "vmtx", "gasp"]
    chosen.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    chosen.notdef_outline = True
    chosen.recalc_timestamp = False
    return chosen


def build(archive: tarfile.TarFile, *, member: str, characters: set[int] | None, family: str | None, to: Path) -> None:
    """Write one font: all its code points, or only `characters`, under its own family name or another."""
    source = archive.extractfile(member)
    if source is None:
        raise SystemExit(f"{member} is not in the package")
    font = TTFont(io.BytesIO(source.read()), recalcTimestamp=False)
    wanted = characters if characters is not None else set(font.getBestCmap())
    missing = sorted(wanted - set(font.getBestCmap()))
    if missing:
        raise SystemExit(f"the font lacks {''.join(map(chr, missing))}")
    cutter = subset.Subsetter(options())
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    if family:
        rename(font, family)
    font.save(to)


def rename(font: TTFont, family: str) -> None:
    """A cut of a few hundred characters must not pass for the whole font."""
    for record in list(font["name"].names):
        text = {1: family, 3: f"{family} Bold", 4: f"{family} Bold", 6: f"{family.replace(' ', '')}-Bold"}
        if record.nameID in text:
            record.string = text[record.nameID]


def main(package: Path) -> None:
    """Check the package's hash, then write both fonts."""
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != PACKAGE_SHA256:
        raise SystemExit(f"{package} has SHA-256 {found}, expected {PACKAGE_SHA256}")
    fixed = {ord(c) for c in (HERE / "fixed-words.txt").read_text(encoding="utf-8") if not c.isspace()} | {0x20, 0x3000}
    with tarfile.open(package) as archive:
        build(archive, member=REGULAR, characters=None, family=None, to=HERE / "NotoSerifSC-Regular.ttf")
        build(archive, member=BOLD, characters=fixed, family="Heyi Fixed", to=HERE / "HeyiFixed-Bold.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
