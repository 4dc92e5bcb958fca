"""Builds the font files in this folder, and `coverage.json`, from three published packages.

    npm pack @expo-google-fonts/noto-serif-sc@0.4.3
    apt-get download fonts-hanazono fonts-noto-core        # Debian 12
    dpkg-deb -x fonts-hanazono_*.deb hanazono && dpkg-deb -x fonts-noto-core_*.deb noto
    python certificates/fonts/build.py expo-google-fonts-noto-serif-sc-0.4.3.tgz \\
        hanazono/usr/share/fonts/truetype/hanazono/HanaMinB.ttf noto/usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf

Run it when fixed-words.txt gets a new character or a package a new version. The result is the same on every run.
"""

import hashlib
import io
import json
import lzma
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
HASHES = (
    "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e",
    "829543436cdf7b4c6730e2af5806fa406f8ddf0d4b656e0cd49c58d4db1c8d3c",
    "9d7583b7dc9e812afd32a14280c5cac3160012efe50c8d08938f4fea266ff67f",
)
REGULAR = "package/400Regular/NotoSerifSC_400Regular.ttf"
BOLD = "package/700Bold/NotoSerifSC_700Bold.ttf"
TEXT, FIXED, LATIN = "NotoSerifSC-Regular.ttf", "HeyiFixed-Bold.ttf", "HeyiLatin.ttf.xz"
# Latin with all extensions, Greek with accents, Cyrillic: whole alphabets, since a word is set in one font.
LETTERS = (range(0x20, 0x7F), range(0xA0, 0x250), range(0x370, 0x530), range(0x1E00, 0x2000))
SPACE = 0x20
# Code points per file: only the files that a document needs are unpacked and loaded.
BLOCK = 0x1000


def options(*features: str) -> subset.Options:
    """No hinting and no vertical writing: the fonts are only for horizontal print, and the package should be small."""
    chosen = subset.Options()
    chosen.hinting = False
    chosen.layout_features = list(features)
    chosen.drop_tables += ["BASE", "STAT", "vhea", "vmtx", "VORG", "gasp", "FFTM"]
    chosen.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    chosen.notdef_outline = True
    chosen.recalc_timestamp = False
    return chosen


def cut(font: TTFont, characters: Iterable[int], *features: str) -> TTFont:
    """The font with only these code points."""
    wanted = set(characters)
    if lacking := sorted(wanted - set(font.getBestCmap())):
        raise SystemExit(f"the font lacks {''.join(map(chr, lacking))}")
    cutter = subset.Subsetter(options(*features))
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    return font


def rename(font: TTFont, family: str, *, style: str = "Regular") -> None:
    """A subset must not be taken for the whole font, and the reserved font name belongs to the original."""
    for record in list(font["name"].names):
        text = {1: family, 2: style, 3: f"{family} {style}", 4: f"{family} {style}"}
        text[6] = f"{family.replace(' ', '')}-{style}"
        if record.nameID in text:
            record.string = text[record.nameID]


def align(font: TTFont, like: TTFont) -> None:
    """Sets the ascent and descent of the text font, because otherwise one rare character would make a line higher."""
    scale = font["head"].unitsPerEm / like["head"].unitsPerEm
    # A space is set in the font of the word before it.
    (advance, _), (_, bearing) = (one["hmtx"][one.getBestCmap()[SPACE]] for one in (like, font))
    font["hmtx"][font.getBestCmap()[SPACE]] = (round(advance * scale), bearing)
    for table, names in (
        ("hhea", ("ascent", "descent", "lineGap")),
        ("OS/2", ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent")),
    ):
        for name in names:
            setattr(font[table], name, round(getattr(like[table], name) * scale))


def member(archive: tarfile.TarFile, name: str) -> TTFont:
    source = archive.extractfile(name)
    if source is None:
        raise SystemExit(f"{name} is not in the package")
    return TTFont(io.BytesIO(source.read()), recalcTimestamp=False)


def blocks(han: Path, known: set[int]) -> Iterator[tuple[str, list[int]]]:
    """File name and code points of each block of rare Han characters that the text font lacks."""
    cmap = TTFont(han, lazy=True).getBestCmap()
    rare = sorted(point for point in cmap if point >= 0x20000 and point not in known)
    for number in sorted({point // BLOCK for point in rare}):
        yield f"HeyiHan-{number:X}.ttf.xz", [point for point in rare if point // BLOCK == number]


def fallback(path: Path, points: Iterable[int], *, family: str, like: TTFont, features: tuple[str, ...] = ()) -> bytes:
    """A part of a font as a compressed file."""
    font = cut(TTFont(path, recalcTimestamp=False), {SPACE, *points}, *features)
    rename(font, family)
    align(font, like)
    packed = io.BytesIO()
    font.save(packed)
    return lzma.compress(packed.getvalue(), preset=9)


def ranges(points: Iterable[int]) -> list[list[int]]:
    """Runs without gaps, as first and last code point."""
    runs: list[list[int]] = []
    for point in sorted(points):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return runs


def advances(font: TTFont) -> dict[str, int]:
    """Width of each character, in thousandths of an em."""
    em, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
    return {chr(point): round(1000 * metrics[glyph][0] / em) for point, glyph in sorted(font.getBestCmap().items())}


def table(files: Iterable[Path]) -> str:
    """The coverage of each font file, and the maximum widths of characters not one em wide: two files have letters."""
    cover: dict[str, list[list[int]]] = {}
    wide: dict[str, int] = {}
    for path in files:
        content = path.read_bytes()
        font = TTFont(io.BytesIO(lzma.decompress(content) if path.suffix == ".xz" else content))
        cover[path.name] = ranges(font.getBestCmap())
        if path.name != FIXED:
            wide |= {char: max(width, wide.get(char, 0)) for char, width in advances(font).items()}
    narrow = {char: width for char, width in wide.items() if width != 1000}
    return json.dumps({"ranges": cover, "advances": narrow}, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(package: Path, han: Path, latin: Path) -> None:
    """Verify the packages' hashes, then write every file."""
    for path, expected in zip((package, han, latin), HASHES, strict=True):
        if (found := hashlib.sha256(path.read_bytes()).hexdigest()) != expected:
            raise SystemExit(f"{path} has SHA-256 {found}, expected {expected}")
    fixed = {ord(c) for c in (HERE / "fixed-words.txt").read_text(encoding="utf-8") if not c.isspace()} | {0x20, 0x3000}
    with tarfile.open(package) as archive:
        text, bold = member(archive, REGULAR), member(archive, BOLD)
    known = set(text.getBestCmap())
    cut(text, known, "kern", "chws").save(HERE / TEXT)
    rename(cut(bold, fixed, "kern"), "Heyi Fixed", style="Bold")
    bold.save(HERE / FIXED)
    letters = set(TTFont(latin, lazy=True).getBestCmap()) & {point for some in LETTERS for point in some}
    packed = fallback(latin, letters, family="Heyi Latin", like=text, features=("kern", "mark", "ccmp"))
    (HERE / LATIN).write_bytes(packed)
    names = []
    for name, points in blocks(han, known):
        family = f"Heyi Han {name[8:-7]}"
        (HERE / name).write_bytes(fallback(han, points, family=family, like=text))
        names.append(name)
    files = [HERE / name for name in (TEXT, FIXED, LATIN, *names)]
    (HERE / "coverage.json").write_text(table(files), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
