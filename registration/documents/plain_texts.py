"""A plain text that is handed in, and its PDF: the archive has PDFs and pictures alone."""

from datetime import date
from pathlib import PurePath

from certificates.errors import InvalidParticulars, MissingGlyph
from certificates.paper.characters import named
from certificates.paper.plain_text import MOST_CHARACTERS, MOST_LINES, PlainText
from registration.documents.uploads import NAME_LENGTH, Judged, Sent, refuse_infected
from registration.errors import InvalidInput
from registration.gateways.printing import NotPrintable, printed_text
from registration.rules.problems import Problem
from registration.settings import Settings

TEXT = "text/plain"
# A page of the web or a script: printed as its source it would not be what its sender means.
_OTHER_KINDS = (b"<", b"#!", b"%!")
# Readers look for the header of a PDF in so many bytes (ISO 32000-1, annex H.3, note 13).
_HEADER = 1024 + 5
# In a message; the others are of the same kind.
_MOST_NAMED = 5


def judged(sent: Sent, *, settings: Settings, on: date) -> Judged:
    """A file that is a text and can be printed; InvalidInput at `file` for any other. It has no pages yet."""
    if sent.data.lstrip().startswith(_OTHER_KINDS) or b"%PDF-" in sent.data[:_HEADER]:
        raise _refusal("upload.kind_unknown_text")
    name = PurePath(sent.filename.replace("\\", "/")).stem
    seen = "".join(one for one in name if one.isprintable()).strip(" .")[:NAME_LENGTH]
    try:
        text = PlainText(sent.data, name=f"{seen or 'text'}.txt", on=on)
    except MissingGlyph as lacking:
        raise _refusal("upload.text_unprintable", characters=named(lacking.characters[:_MOST_NAMED])) from None
    except InvalidParticulars as refused:
        if refused.code in ("text.length", "text.many"):
            raise _refusal("upload.text_long", characters=MOST_CHARACTERS, lines=MOST_LINES) from None
        raise _refusal("upload.kind_unknown_text") from None
    refuse_infected("", sent.data, settings=settings)
    return Judged(TEXT, 0, text.name)


def as_pdf(sent: Sent, *, on: date) -> Sent:
    """The PDF of such a text. Unavailable when there is no room to print it now."""
    try:
        printed = printed_text(sent.data, name=sent.filename, on=on)
    except NotPrintable:
        raise _refusal("upload.too_costly") from None
    return Sent(printed, f"{PurePath(sent.filename).stem}.pdf")


def _refusal(code: str, **data: object) -> InvalidInput:
    return InvalidInput([Problem("file", code, data)])
