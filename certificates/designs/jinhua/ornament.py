"""Draws the ornament of the licence: run once; the SVG files are committed, and no document draws them again.

    python certificates/designs/jinhua/ornament.py [BOLD_FONT.ttc FACE_NUMBER]

The band is 双溪纹, "two streams": Jinhua's two rivers meet in one, as the name 合一 says; two bundles of fine
lines cross and open. The corner and the ground are rosettes after the camellia, the city's flower. The knot is a
方胜, two interlaced lozenges. No emblem, no star, nothing round and red. With a font given, the outlines of the sample
watermark are made too.
"""

import sys
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

PINE, GOLD, TINT, GROUND = "#1b5252", "#b58a3c", "#f4ead2", "#fefcf6"
OUT = Path(__file__).parent / "assets"
WATERMARK = "演示样本 · SAMPLE"

Point = tuple[float, float]
Curve = Callable[[float], Point]


def spline(curve: Curve, start: float, end: float, pieces: int, *, closed: bool = False) -> str:
    """Cubic Beziers through pieces + 1 samples of the curve, with its own tangents."""
    step = (end - start) / pieces
    path = ["M" + _numbers(*curve(start))]
    for i in range(pieces):
        t, u = start + i * step, start + (i + 1) * step
        (x0, y0), (x1, y1), (p0, q0), (p1, q1) = curve(t), curve(u), _tangent(curve, t), _tangent(curve, u)
        points = ((x0 + p0 * step / 3, y0 + q0 * step / 3), (x1 - p1 * step / 3, y1 - q1 * step / 3), (x1, y1))
        path.append("C" + ",".join(_numbers(*point) for point in points))
    return "".join(path) + ("z" if closed else "")


def stroke(path: str, colour: str, width: float, **more: str) -> str:
    """One stroked path."""
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{extra}/>'


def save(name: str, box: str, *parts: str, stretch: bool = False) -> None:
    """Write one SVG file."""
    keep = ' preserveAspectRatio="none"' if stretch else ""
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"{keep}>{"".join(parts)}</svg>\n'
    (OUT / name).write_text(text, encoding="utf-8")


def band(name: str, *, turned: bool) -> None:
    """One period, 16 mm long and 8 mm wide, in tenths of a millimetre; tiles without a seam."""
    length, half = 160, 40
    # The lines end a little outside the tile, so that no viewer shows a gap.
    over = 5

    def line(sign: int, lane: float) -> Curve:
        def curve(x: float) -> Point:
            u = 2 * pi * x / length
            y = half + sign * (17 * sin(u) + lane * (2.2 + 3.6 * sin(u) ** 2))
            return (y, x) if turned else (x, y)

        return curve

    def flower(cx: float, cy: float) -> Curve:
        return lambda t: (cx + 3.6 * (1 + 0.42 * cos(4 * t)) * cos(t), cy + 3.6 * (1 + 0.42 * cos(4 * t)) * sin(t))

    parts = []
    for sign, colour in ((1, GOLD), (-1, PINE)):
        lanes = (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)
        parts.append(stroke("".join(spline(line(sign, lane), -over, length + over, 10) for lane in lanes), colour, 1.0))
    # A small flower of four petals in each gap of the braid.
    for x in (40, 120):
        centre = (half, x) if turned else (x, half)
        parts.append(f'<path d="{spline(flower(*centre), 0, 2 * pi, 12, closed=True)}" fill="{PINE}"/>')
    save(name, "0 0 80 160" if turned else "0 0 160 80", *parts, stretch=True)


def rose(centre: float, radius: float, *, base: float, depth: float, petals: int, phases: int, pieces: int) -> str:
    """A rosette of `phases` curves, each rotated from the last."""

    def petal(phase: float) -> Curve:
        def curve(t: float) -> Point:
            reach = radius * (base + depth * cos(petals * t + phase))
            return centre + reach * cos(t), centre + reach * sin(t)

        return curve

    return "".join(spline(petal(2 * pi * k / phases), 0, 2 * pi, pieces, closed=True) for k in range(phases))


def corner() -> None:
    """A square of 15.6 mm in a white one of 16.5 mm, at the end of the bands."""
    save(
        "corner.svg",
        "0 0 165 165",
        '<path d="M0 0H165V165H0z" fill="#fff"/>',
        stroke("M5.6 5.6H159.4V159.4H5.6z", GOLD, 2.2),
        stroke(rose(82.5, 72, base=0.78, depth=0.22, petals=8, phases=5, pieces=24), GOLD, 1.0),
        stroke(rose(82.5, 72, base=0.45, depth=0.14, petals=8, phases=3, pieces=24), PINE, 1.0),
        stroke(rose(82.5, 72, base=0.19, depth=0.10, petals=5, phases=2, pieces=15), PINE, 1.2),
        f'<circle cx="82.5" cy="82.5" r="4" fill="{GOLD}"/>',
    )


def seal_place() -> None:
    """The place of the registrar's seal: an empty dotted grey circle of 42 mm."""
    dots = 'stroke="#8a9a98" stroke-width="2.4" stroke-linecap="round" stroke-dasharray="0 8.1288"'
    save("seal-place.svg", "0 0 420 420", f'<circle cx="210" cy="210" r="207" fill="none" {dots}/>')


def ground() -> None:
    """The pale rosette in the background of the text."""
    save(
        "ground.svg",
        "0 0 1200 1200",
        stroke(rose(600, 590, base=0.83, depth=0.165, petals=16, phases=6, pieces=48), TINT, 2.6),
        stroke(rose(600, 590, base=0.52, depth=0.13, petals=12, phases=4, pieces=36), TINT, 2.6),
        stroke(rose(600, 590, base=0.25, depth=0.11, petals=8, phases=3, pieces=24), TINT, 2.6),
    )


def knot() -> None:
    """方胜: two lozenges, interlaced; the left one passes over above, under below. With a rule to each side."""

    def lozenge(x: int) -> str:
        return f"M{x} 14L{x + 36} 50L{x} 86L{x - 36} 50z"

    def strand(path: str) -> str:
        return (
            stroke(path, GROUND, 17, stroke_linejoin="miter", stroke_linecap="butt")
            + stroke(path, PINE, 10, stroke_linejoin="miter")
            + stroke(path, GROUND, 4.6, stroke_linejoin="miter")
        )

    def rule(a: int, b: int) -> str:
        return f'<path d="M{a} 50L{(a + b) / 2} 47.6L{b} 50L{(a + b) / 2} 52.4z" fill="{GOLD}"/>'

    eye = f'<path d="M300 42L308 50L300 58L292 50z" fill="{GOLD}"/>'
    strands = (strand(lozenge(280)), strand(lozenge(320)), strand("M290 76L306 60"))
    save("knot.svg", "0 0 600 100", rule(8, 226), rule(374, 592), *strands, eye)


def watermark(font: TTFont) -> None:
    """The sample mark as outlines, so that it is not in the text that a reader copies or hears."""
    glyphs, names, widths = font.getGlyphSet(), font.getBestCmap(), font["hmtx"]
    x, pen = 0, SVGPathPen(glyphs, ntos=lambda value: f"{round(value):d}")
    for character in WATERMARK:
        name = names[ord(character)]
        glyphs[name].draw(TransformPen(pen, (1, 0, 0, -1, x, 880)))
        x += widths[name][0] + 60
    sizes = (
        ("sample.svg", -24, "-4900 -2300 9800 4600", "#f7dfd5"),
        ("sample-portrait.svg", -52, "-3300 -4300 6600 8600", "#fae6dd"),
    )
    for name, angle, box, colour in sizes:
        place = f"rotate({angle}) translate({-x / 2:.0f} -550)"
        save(name, box, f'<path transform="{place}" d="{pen.getCommands()}" fill="{colour}"/>')


def _numbers(x: float, y: float) -> str:
    return f"{round(x, 1):g} {round(y, 1):g}"


def _tangent(curve: Curve, t: float) -> Point:
    e = 1e-5
    (x0, y0), (x1, y1) = curve(t - e), curve(t + e)
    return (x1 - x0) / (2 * e), (y1 - y0) / (2 * e)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    band("band-h.svg", turned=False)
    band("band-v.svg", turned=True)
    corner()
    seal_place()
    ground()
    knot()
    if len(sys.argv) > 2:
        watermark(TTFont(sys.argv[1], fontNumber=int(sys.argv[2])))
