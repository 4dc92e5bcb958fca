"""A placeholder for a signature in a file that is only being written: it has one revision, and nothing is appended."""

from datetime import datetime

from certificates.signatures.incremental_update import (
    TAG,
    FieldPlace,
    SignaturePlaceholder,
    catalog_entries,
    field_objects,
    with_range,
)
from certificates.signatures.unwritten_file import UnwrittenFile


def place_signature(
    file: UnwrittenFile, *, room: int, signed_at: datetime, reason: str, location: str
) -> SignaturePlaceholder:
    """The file with the field, and with space for an envelope of `room` bytes."""
    first = file.next_number
    place = FieldPlace(file.page, file.document, file.next_key)
    objects = field_objects(first, place, room=room, signed_at=signed_at, reason=reason, location=location)
    content = file.written(
        catalog=catalog_entries(first).encode("latin-1"),
        page=b"/Annots [%d 0 R]" % (first + 1),
        more={number: f"<< {inside} >>".encode("latin-1") for number, inside in objects.items()},
        tag=first + TAG,
    )
    return with_range(content, room, file.hashed)
