"""The QR code of a document: a few fixed versions and one mask, so that documents of a kind have the same size."""

import base64
import io
from typing import Any

import segno
from segno import consts

from certificates.credentials import base45
from certificates.errors import RenderError

LEVEL, MASK, SCALE, QUIET = "m", 2, 4, 4
# The version for an address alone; and those for an address with a statement, with their capacity in bits at level M.
VERSION, CAPACITY = 8, 152
LONGER = {12: 2320, 15: 3320}


def png(text: str) -> bytes:
    """A PNG with 4 pixels per module and a quiet zone. `text` is ASCII: an address of at most 152 bytes, or
    `address#STATEMENT`, whose second half is packed as alphanumeric: 49, 65 or 77 modules.

    The mask is fixed: comparing all eight costs more than drawing, and scanners accept any.
    """
    version, segments = _plan(text)
    code: Any = segno.make_qr(segments, error=LEVEL, version=version, mask=MASK, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="png", scale=SCALE, border=QUIET)
    return out.getvalue()


def svg(text: str, *, title: str) -> str:
    """An `<svg>` element for a page, with a quiet zone, of any ASCII text; `title` names it for screen readers."""
    code: Any = segno.make_qr(text, error=LEVEL)
    return str(code.svg_inline(scale=SCALE, border=QUIET, title=title, light="#fff", omitsize=True))


def data_address(text: str) -> str:
    """The picture as a `data:` address, for a document that must not fetch anything."""
    return "data:image/png;base64," + base64.b64encode(png(text)).decode("ascii")


def _plan(text: str) -> tuple[int, Any]:
    address, mark, statement = text.partition("#")
    if mark and statement and set(statement) <= base45.VALUES.keys():
        bits = _bits(address + mark, statement)
        fitting = [version for version, capacity in LONGER.items() if bits <= capacity]
        if text.isascii() and fitting:
            return fitting[0], [
                (address + mark, consts.MODE_BYTE, "ascii"),
                (statement, consts.MODE_ALPHANUMERIC),
            ]
    elif text.isascii() and len(text) <= CAPACITY:
        return VERSION, [(text, consts.MODE_BYTE, "ascii")]
    raise RenderError("render.qr_capacity", {"maximum": CAPACITY, "found": len(text.encode())})


def _bits(address: str, statement: str) -> int:
    """Size of two segments in versions 10 to 26, each with its mode and length fields."""
    pairs, single = divmod(len(statement), 2)
    return 4 + 16 + 8 * len(address) + 4 + 11 + 11 * pairs + 6 * single
