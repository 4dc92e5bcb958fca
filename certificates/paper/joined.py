"""Several documents as one, to be printed in one go."""

from collections.abc import Iterable
from io import BytesIO


def joined(documents: Iterable[bytes]) -> bytes:
    """One PDF with the pages of all, in order; signatures and attachments stay behind. ValueError for no PDF at all."""
    # Imported late: a web process seldom joins papers, and this library takes 10 MB.
    import pikepdf

    with pikepdf.new() as whole:
        for content in documents:
            with pikepdf.open(BytesIO(content)) as one:
                # What a signature shows stays on the page; its field would be a broken signature in the new file.
                one.flatten_annotations("print")
                whole.add_pages_from(one, forms="strip")
        if not whole.pages:
            raise ValueError("no pages to join")
        written = BytesIO()
        whole.save(written)
    return written.getvalue()
