"""What is computed of a licence before it is filled or laid out, once for both ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates.paper.design import Design
from certificates.paper.licence import licence_facts
from certificates.paper.render_limits import RenderLimits, within
from certificates.paper.seal_picture import seal_address
from certificates.particulars import Particulars


@dataclass(frozen=True)
class LicenceJob:
    """The content of the data file and its day, the address of the seal's picture, the facts of the page, the text of
    the QR code, and what tells this licence from others."""

    content: bytes
    on: date
    picture: str | None
    facts: Mapping[str, Any]
    code: str
    identity: bytes


def licence_job(
    particulars: Particulars, *, design: Design, qr_text: str | None, seal: bytes | None, limits: RenderLimits
) -> LicenceJob:
    """Raises InvalidParticulars, DesignError, MissingGlyph, RenderError."""
    content = particulars.to_json()
    with within(limits, size=len(content)):
        return LicenceJob(
            content=content,
            on=particulars.issued_on,
            picture=seal_address(seal, digest=particulars.seal),
            facts=licence_facts(particulars, design=design, qr_text=qr_text),
            code=qr_text or particulars.check_url,
            identity=content + (qr_text or "").encode(),
        )
