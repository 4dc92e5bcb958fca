"""The QR code of a paper: of a few fixed versions and one mask, so that papers of one kind have the same modules."""

import base64
import io
from typing import Any

import segno
from segno import consts

from certificates.credentials import base45
from certificates.errors import RenderError

LEVEL, MASK, SCALE, QUIET = "m", 2, 4, 4
# An address alone; and the versions for one with a statement behind it, with the bits that each holds at level M.
VERSION, CAPACITY = 8, 152
LONGER = {12: 2320, 15: 3320}


def png(text: str) -> bytes:
    """A PNG of 4 pixels a module with its quiet zone. `text` is ASCII: an address of at most 152 bytes, or
    `address#STATEMENT`, whose second half is packed as alphanumeric: 49, 65 or 77 modules.

    The mask is fixed: judging all eight costs more than drawing, and readers do not care.
    """
    version, segments = _plan(text)
    code: Any = segno.make_qr(segments, error=LEVEL, version=version, mask=MASK, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="png", scale=SCALE, border=QUIET)
    return out.getvalue()


def data_address(text: str) -> str:
    """The picture as a `data:` address, for a document that may fetch nothing."""
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
    """Two segments of versions 10 to 26, each behind its mode and its length."""
    pairs, single = divmod(len(statement), 2)
    return 4 + 16 + 8 * len(address) + 4 + 11 + 11 * pairs + 6 * single
