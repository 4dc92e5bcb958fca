"""The QR code of a document: a few fixed versions and one mask, so that documents of a kind have the same size."""

import base64
import re
import struct
import zlib
from html import escape

from certificates.credentials import base45
from certificates.errors import RenderError
from certificates.paper.qr_modules import modules

SCALE, QUIET = 4, 4
# Four pixels of a light and of a dark module.
DIGITS = str.maketrans("01", "f0")
# The version for an address alone; and those for an address with a statement, with their capacity in bits at level M.
VERSION, CAPACITY = 8, 152
LONGER = {12: 2320, 15: 3320}
# Versions of an address on a page, with their capacity in bytes at level M.
ON_PAGES = {4: 62, 5: 84, 6: 106, 8: 152, 12: 287, 15: 412}
_DARK = re.compile("1+")


def png(text: str) -> bytes:
    """The picture of `bitmap` as a PNG."""
    side, rows = bitmap(text)
    line = (side + 7) // 8
    filtered = b"".join(b"\0" + rows[at : at + line] for at in range(0, len(rows), line))
    header = struct.pack(">LLBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(filtered, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(part)) + kind + part + struct.pack(">L", zlib.crc32(kind + part)) for kind, part in parts
    )


def bitmap(text: str) -> tuple[int, bytes]:
    """A black and white picture with 4 pixels per module and a quiet zone: its side, and its rows in whole bytes, white
    is 1. `text` is ASCII: an address of at most 152 bytes, or `address#STATEMENT`, whose second half is packed as
    alphanumeric: 49, 65 or 77 modules.

    The mask is fixed: comparing all eight costs more than drawing, and scanners accept any.
    """
    version, address, statement = _plan(text)
    side, dark = modules(version, address=address, statement=statement)
    # A module is a hexadecimal digit wide; a row ends with a whole byte.
    cells = f"{dark:0{side * side}b}".translate(DIGITS)
    whole, quiet = side + 2 * QUIET, "f" * QUIET
    empty, end = "f" * whole + "0" * (whole % 2), quiet + "0" * (whole % 2)
    rows = [quiet + cells[at : at + side] + end for at in range(0, len(cells), side)]
    above = [empty] * QUIET
    drawn = "".join([row * SCALE for row in (*above, *rows, *above)])
    return SCALE * whole, bytes.fromhex(drawn)


def svg(text: str, *, title: str) -> str:
    """An `<svg>` element for a page, with a quiet zone, of an ASCII text of at most 412 bytes, in the smallest of a few
    versions; `title` names it for screen readers."""
    version = next((version for version, capacity in ON_PAGES.items() if len(text) <= capacity), None)
    if version is None or not text.isascii():
        raise RenderError("render.qr_capacity", {"maximum": max(ON_PAGES.values()), "found": len(text.encode())})
    side, dark = modules(version, address=text)
    cells, whole = f"{dark:0{side * side}b}", side + 2 * QUIET
    lines = (
        f"M{QUIET + run.start()} {QUIET + row}.5h{run.end() - run.start()}"
        for row in range(side)
        for run in _DARK.finditer(cells[row * side : (row + 1) * side])
    )
    return (
        f'<svg viewBox="0 0 {whole} {whole}" class="segno"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{whole}v{whole}h-{whole}z"/><path stroke="#000" d="{"".join(lines)}"/></svg>'
    )


def data_address(text: str) -> str:
    """The picture as a `data:` address, for a document that must not fetch anything."""
    return "data:image/png;base64," + base64.b64encode(png(text)).decode("ascii")


def _plan(text: str) -> tuple[int, str, str]:
    """The version, what is kept as bytes, and what as letters."""
    address, mark, statement = text.partition("#")
    if mark and statement and set(statement) <= base45.VALUES.keys():
        bits = _bits(address + mark, statement)
        fitting = [version for version, capacity in LONGER.items() if bits <= capacity]
        if text.isascii() and fitting:
            return fitting[0], address + mark, statement
    elif text.isascii() and len(text) <= CAPACITY:
        return VERSION, text, ""
    raise RenderError("render.qr_capacity", {"maximum": CAPACITY, "found": len(text.encode())})


def _bits(address: str, statement: str) -> int:
    """Size of two segments in versions 10 to 26, each with its mode and length fields."""
    pairs, single = divmod(len(statement), 2)
    return 4 + 16 + 8 * len(address) + 4 + 11 + 11 * pairs + 6 * single
