"""A founding document: articles, an agreement or a resolution in chapters and numbered clauses, with its signatures."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from certificates import chinese
from certificates.canonical import canonical, digest, in_fours
from certificates.errors import InvalidParticulars
from certificates.paper import glyphs
from certificates.paper.render_limits import USUAL, RenderLimits
from certificates.signatures.unwritten_file import written

# Imported for types only: web pages describe a document without loading the renderer.
if TYPE_CHECKING:
    from certificates.paper.document_printing import Unwritten
    from certificates.paper.pdf import Renderer

# Its name among the papers of a design.
PAPER = "founding_document"
# The design of this package, for an office whose own has no such paper.
PACKAGED = "jinhua"
MOST_TEXTS, TEXT_LENGTH = 4000, 5000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DocumentTable(_Part):
    """A table below a clause: the labels of its columns, and rows of as many cells."""

    columns: tuple[str, ...] = Field(min_length=1, max_length=8)
    rows: tuple[tuple[str, ...], ...]


class DocumentClause(_Part):
    """A clause with its number (第三条) in front of the first paragraph. `own`: in the words of those who sign."""

    key: str
    number: str
    paragraphs: tuple[str, ...] = Field(min_length=1)
    table: DocumentTable | None = None
    own: bool = False


class DocumentChapter(_Part):
    heading: str
    clauses: tuple[DocumentClause, ...]


class DocumentText(_Part):
    """The text that is read and signed. `kind` names the document, `signers` are the capacities that sign it.

    `numbering`: its clauses are articles (第三条) or points (三、).
    """

    kind: str
    title: str
    numbering: Literal["articles", "points"] = "articles"
    chapters: tuple[DocumentChapter, ...]
    signers: tuple[str, ...]

    def digest(self) -> str:
        """SHA-256 of the text."""
        return digest(self.model_dump(mode="json"))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with the path of its field."""
        yield "title", self.title
        for at, chapter in enumerate(self.chapters):
            yield f"chapters.{at}.heading", chapter.heading
            for clause in chapter.clauses:
                texts = [clause.number, *clause.paragraphs]
                if clause.table:
                    texts += [*clause.table.columns, *(cell for row in clause.table.rows for cell in row)]
                yield from ((f"clauses.{clause.key}", text) for text in texts)


class DocumentSignature(_Part):
    """One signature: who signed in which capacities and when, and the digest of all that was signed."""

    name: str
    capacities: str
    signed_at: str
    digest: str


class FoundingDocument(_Part):
    """A document as it is printed. Without signatures it is a draft, and says so. Raises InvalidParticulars."""

    text: DocumentText
    number: str
    registrar: str
    signatures: tuple[DocumentSignature, ...] = ()
    issued_on: date
    check_url: str | None = None
    check_host: str
    sample: bool = True

    @model_validator(mode="after")
    def _check(self) -> Self:
        texts = self.texts()
        if len(texts) > MOST_TEXTS:
            raise InvalidParticulars("text.many", {"maximum": MOST_TEXTS})
        for place, text in texts:
            chinese.refuse_unprintable(text, field=place)
            chinese.refuse_long(text, field=place, maximum=TEXT_LENGTH)
        return self

    def texts(self) -> list[tuple[str, str]]:
        """Every variable text with the path of its field."""
        signed = [(f"signatures.{at}", " ".join(vars(one).values())) for at, one in enumerate(self.signatures)]
        return [*self.text.texts(), ("number", self.number), ("registrar", self.registrar), *signed]

    def digest(self) -> str:
        """SHA-256 of the content, without the address for checking it."""
        return digest(self.model_dump(mode="json", exclude={"check_url", "check_host", "sample"}))

    def content(self) -> bytes:
        """The attached data file: canonical JSON."""
        return canonical(self.model_dump(mode="json", exclude_none=True))


def render_founding_document(
    document: FoundingDocument,
    *,
    design: str = PACKAGED,
    own: Path | None = None,
    limits: RenderLimits = USUAL,
    compiled: bool = True,
) -> bytes:
    """The document as PDF/A-3a with its content attached as `document.json`; any number of A4 pages.

    It is filled into a compiled document like it; without `compiled`, or where it does not fit, WeasyPrint lays it out,
    which looks the same. The same document, design and fonts give the same bytes.

    Raises MissingGlyph, DesignError, RenderError.
    """
    from certificates.paper.pdf import renderer

    return printed(renderer(design, own=own), document, limits=limits, compiled=compiled)


def unwritten_document(
    document: FoundingDocument, *, design: str = PACKAGED, own: Path | None = None, **more: Any
) -> "Unwritten":
    """The same before it is written, so that it can be signed in its first revision; bytes where it was laid out."""
    from certificates.paper.pdf import renderer

    return _unwritten(renderer(design, own=own), document, **more)


def printed(ready: "Renderer", document: FoundingDocument, **more: Any) -> bytes:
    """The same as `render_founding_document` with a loaded renderer."""
    return written(_unwritten(ready, document, **more))


def _unwritten(ready: "Renderer", document: FoundingDocument, **more: Any) -> "Unwritten":
    from certificates.paper.document_printing import DocumentSource, unwritten

    ready.design.require_paper(PAPER, sample=document.sample)
    glyphs.refuse_missing(text for _, text in document.texts())
    source = DocumentSource(
        template="document",
        context={
            "d": document.model_dump(mode="json"),
            "issued": chinese.day(document.issued_on),
            "short_digest": in_fours(document.digest()),
        },
        noun="文件",
        title=document.text.title,
        number=document.number,
        sample=document.sample,
        check_url=document.check_url,
        check_host=document.check_host,
        description="文件内容 Content of the document",
        content=document.content(),
        on=document.issued_on,
    )
    return unwritten(ready, source, **more)
