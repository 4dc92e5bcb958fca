"""The QR code of a paper: always version 8-M with one mask, so that every paper has the same 49 modules."""

import base64
import io

import segno

from certificates.errors import RenderError

VERSION, LEVEL, MASK, SCALE, QUIET = 8, "m", 2, 4, 4
CAPACITY = 152


def png(address: str) -> bytes:
    """A PNG of 4 pixels a module with its quiet zone. `address` is ASCII of at most 152 bytes.

    The mask is fixed: judging all eight costs more than drawing, and readers do not care.
    """
    if not address.isascii() or len(address) > CAPACITY:
        raise RenderError("render.qr_capacity", {"maximum": CAPACITY, "found": len(address.encode())})
    code = segno.make_qr(
        address, error=LEVEL, version=VERSION, mode="byte", mask=MASK, encoding="ascii", boost_error=False
    )
    out = io.BytesIO()
    code.save(out, kind="png", scale=SCALE, border=QUIET)
    return out.getvalue()


def data_address(address: str) -> str:
    """The picture as a `data:` address, for a document that may fetch nothing."""
    return "data:image/png;base64," + base64.b64encode(png(address)).decode("ascii")
