"""The QR code of a document: a few fixed versions and one mask, so that documents of a kind have the same size."""

import base64
import struct
import zlib
from typing import Any

import segno

from certificates.credentials import base45
from certificates.errors import RenderError
from certificates.paper.qr_modules import LEVEL, modules

SCALE, QUIET = 4, 4
# The version for an address alone; and those for an address with a statement, with their capacity in bits at level M.
VERSION, CAPACITY = 8, 152
LONGER = {12: 2320, 15: 3320}


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
    quiet, whole = "1" * (SCALE * QUIET), SCALE * (side + 2 * QUIET)
    cells = f"{dark:0{side * side}b}".replace("1", "x").replace("0", "1" * SCALE).replace("x", "0" * SCALE)
    rest = "0" * (-whole % 8)
    empty = int("1" * whole + rest, 2).to_bytes((whole + 7) // 8)
    wide = SCALE * side
    rows = (int(f"{quiet}{cells[at : at + wide]}{quiet}{rest}", 2) for at in range(0, len(cells), wide))
    drawn = b"".join(row.to_bytes(len(empty)) * SCALE for row in rows)
    return whole, empty * (SCALE * QUIET) + drawn + empty * (SCALE * QUIET)


def svg(text: str, *, title: str) -> str:
    """An `<svg>` element for a page, with a quiet zone, of any ASCII text; `title` names it for screen readers."""
    code: Any = segno.make_qr(text, error=LEVEL)
    return str(code.svg_inline(scale=SCALE, border=QUIET, title=title, light="#fff", omitsize=True))


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
