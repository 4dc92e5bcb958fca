"""What makes a PDF act by itself, lead out of itself, or carry a program along.

Names of PDF 2.0 (ISO 32000-2): actions 12.6, file specifications 7.11, multimedia 13. Plain attachments, as of an
electronic invoice or of a licence of ours (PDF/A-3), and links to pages of the web are no harm.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

import pikepdf

DEEPEST = 40
_IN_ROOT = ("/OpenAction", "/AA", "/Collection")
_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute"),
        *("/GoToE", "/Movie", "/Sound", "/GoTo3DView"),
    }
)
_ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
# Keys of a dictionary that name a file (7.11.2), the last two long deprecated and still read.
_FILE_KEYS = ("/UF", "/F", "/DOS", "/Mac", "/Unix")
# A file beside the document stays beside it; an address, a drive or a network path (\\server\share) leads out. Readers
# fetch some of these without a question, and Windows sends the account's password hash along.
_LEADS_OUT = re.compile(r"^\s*([\\/]|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_HARMLESS_LINK = re.compile(r"^\s*(https?://|mailto:|tel:|#|[^\s:\\/][^:\\]*$|$)", re.IGNORECASE)
# What an attachment may be: data and pictures. Another document could act in turn, and an archive hold anything.
_DATA = frozenset({".xml", ".xbrl", ".json", ".csv", ".txt", ".png", ".jpg", ".jpeg"})
_PROGRAMS = (b"MZ", b"PK\x03\x04", b"\x7fELF", b"%PDF-", b"#!", b"\xd0\xcf\x11\xe0")


def is_active(document: pikepdf.Pdf) -> bool:
    """Whether anything in it, however deep, is of these."""
    root = document.Root
    names, form = root.get("/Names"), root.get("/AcroForm")
    return (
        any(key in root and not _is_plain_destination(root[key]) for key in _IN_ROOT)
        or (isinstance(names, pikepdf.Dictionary) and "/JavaScript" in names)
        or (isinstance(form, pikepdf.Dictionary) and "/XFA" in form)
        or any(_acts(item) for item in document.objects)
    )


def _is_plain_destination(value: Any) -> bool:
    """Many printers and scanners write an action that opens a certain page; it is harmless."""
    if isinstance(value, pikepdf.Array):
        return True
    return isinstance(value, pikepdf.Dictionary) and value.get("/S") == "/GoTo"


def _acts(item: Any, *, depth: int = 0) -> bool:
    """Looks at every object of the file, since an action may hang on a page, a field or a note."""
    if depth > DEEPEST:
        return True
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        entries = item.stream_dict if isinstance(item, pikepdf.Stream) else item
        return _is_harmful(item) or any(_acts(value, depth=depth + 1) for value in _own_parts(entries.values()))
    if isinstance(item, pikepdf.Array):
        return any(_acts(value, depth=depth + 1) for value in _own_parts(item))
    return False


def _own_parts(values: Iterable[Any]) -> Iterator[Any]:
    """The content of the object itself; objects that it refers to are checked separately."""
    return (
        value for value in values if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
    )


def _is_harmful(item: Any) -> bool:
    action = str(item.get("/S"))
    return (
        action in _ACTIONS
        or "/JS" in item
        or str(item.get("/Subtype")) in _ANNOTATIONS
        or (action in ("/GoToR", "/Thread") and _leads_out(item.get("/F")))
        or (action == "/URI" and not _HARMLESS_LINK.match(_text(item.get("/URI"))))
        or _names_a_bad_file(item)
    )


def _names_a_bad_file(item: Any) -> bool:
    """A file specification (its type may be left out), or a stream whose content is another file (7.3.8.2)."""
    if isinstance(item, pikepdf.Stream):
        return "/F" in item
    if str(item.get("/Subtype")) == "/FileAttachment":
        file = item.get("/FS")
        return not isinstance(file, pikepdf.Dictionary) or "/EF" not in file
    if "/EF" in item:
        return not _is_plain_attachment(item)
    return str(item.get("/Type")) in ("/Filespec", "/F") and _leads_out(item)


def _leads_out(file: Any) -> bool:
    """Whether a file specification names something that is not beside the document."""
    if not isinstance(file, pikepdf.Dictionary):
        return bool(_LEADS_OUT.match(_text(file)))
    if "/FS" in file:
        return True
    return any(_LEADS_OUT.match(_text(file[key])) for key in _FILE_KEYS if key in file)


def _is_plain_attachment(item: Any) -> bool:
    named = [_text(item[key]) for key in _FILE_KEYS if key in item]
    contents = list(item["/EF"].values()) if isinstance(item["/EF"], pikepdf.Dictionary) else [None]
    return all(PurePosixPath(name).suffix.lower() in _DATA for name in named or [""]) and all(
        isinstance(one, pikepdf.Stream) and not one.read_bytes().lstrip().startswith(_PROGRAMS) for one in contents
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
