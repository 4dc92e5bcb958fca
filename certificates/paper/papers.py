"""All documents except the licence: receipts, notices, decisions. One template, and one table row per kind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from certificates import chinese
from certificates.canonical import canonical, digest, in_fours
from certificates.errors import InvalidParticulars
from certificates.paper import glyphs
from certificates.paper.render_limits import USUAL, RenderLimits
from certificates.paper.seal_picture import seal_address
from certificates.signatures.unwritten_file import written

# Imported for types only: web pages describe a document without loading the renderer.
if TYPE_CHECKING:
    from certificates.paper.document_printing import Unwritten
    from certificates.paper.pdf import Renderer

PaperKind = Literal[
    "receipt",
    "acceptance",
    "correction",
    "approval",
    "refusal",
    "not_accepted",
    "extension",
    "reexamination",
    "withdrawal",
    "hold",
    "application",
    "application_persons",
    "name_reservation",
    "joint_handling",
    "licence_correction",
    "decision",
]


@dataclass(frozen=True)
class Column:
    """A column of the table of points after the running number; the widths of a kind sum to 149 mm."""

    label: str
    width: int
    small: bool = False


@dataclass(frozen=True)
class Heading:
    """The fixed texts of a kind of document; `slip` adds a line for the signature of the recipient.

    `sections` are the further tables that the kind may have, by key: heading and columns. Without `sealed` it is the
    applicant's own document without the registrar's seal. `texts` is the maximum number of variable texts.
    """

    title: str
    subtitle: str
    columns: tuple[Column, ...] = ()
    slip: bool = True
    sections: Mapping[str, tuple[str, tuple[Column, ...]]] = field(default_factory=dict)
    sealed: bool = True
    texts: int = 400


ITEM_AND_TEXT = (Column("事项", 40), Column("内容", 109))
SIGNATURES = (
    Column("签名人", 26),
    Column("身份", 33),
    Column("声明", 20),
    Column("签名时间和所签内容摘要", 70, small=True),
)
HEADINGS: dict[PaperKind, Heading] = {
    "receipt": Heading(
        "接收申请材料凭证",
        "登记申请已收到",
        (Column("材料名称", 99), Column("份数", 20), Column("形式", 30)),
        slip=False,
    ),
    "acceptance": Heading("受理通知书", "申请材料齐全，符合法定形式", ITEM_AND_TEXT),
    "correction": Heading(
        "一次性告知书",
        "申请材料需要补正",
        (
            Column("材料或事项", 33),
            Column("需要补正的地方", 46),
            Column("怎样补正", 48),
            Column("依据", 22, small=True),
        ),
    ),
    "approval": Heading("登记通知书", "准予登记", ITEM_AND_TEXT),
    "refusal": Heading(
        "不予登记通知书", "", (Column("理由", 40), Column("事项内容", 79), Column("法律依据", 30, small=True))
    ),
    "not_accepted": Heading("不予受理通知书", "申请事项不属于本机关", ITEM_AND_TEXT),
    "extension": Heading("延长审查期限告知书", "", ITEM_AND_TEXT),
    "reexamination": Heading("退回审查告知书", "", ITEM_AND_TEXT),
    "withdrawal": Heading("撤回登记申请确认书", "", ITEM_AND_TEXT, slip=False),
    "hold": Heading("中止登记告知书", "", ITEM_AND_TEXT),
    # Identity numbers, mobiles and home addresses are in a separate document: not every user who may read one may
    # read the other (rules on registration documents of 2026).
    "application": Heading(
        "登记申请书",
        "",
        ITEM_AND_TEXT,
        slip=False,
        sections={
            "contributions": (
                "股东和出资",
                (Column("股东", 43), Column("认缴和实缴", 106)),
            ),
            "posts": ("任职人员", (Column("姓名", 53), Column("职务", 96))),
            "materials": ("提交的材料", (Column("材料", 48), Column("文件", 53), Column("SHA-256", 48, small=True))),
            "declarations": ("声明", (Column("代号", 20), Column("签名人声明的内容", 129))),
            "signatures": ("签名", SIGNATURES),
        },
        sealed=False,
        texts=4000,
    ),
    "application_persons": Heading(
        "登记申请书·人员信息页",
        "含个人信息，单独保管",
        (Column("姓名", 28), Column("身份证件类型和号码", 48), Column("电话和电子邮箱", 36), Column("住址", 37)),
        slip=False,
        sealed=False,
        texts=4000,
    ),
    "name_reservation": Heading("名称保留告知书", "申报的名称已经保留", ITEM_AND_TEXT, slip=False),
    "joint_handling": Heading(
        "联办流转表",
        "",
        (Column("办理事项", 45), Column("状态", 22), Column("号码", 47), Column("办理日期", 35)),
        slip=False,
    ),
    "licence_correction": Heading(
        "营业执照更正通知书", "", (Column("更正事项", 29), Column("原记载", 60), Column("更正为", 60))
    ),
    # For a matter with its own wording, which replaces the title.
    "decision": Heading("决定书", "", ITEM_AND_TEXT),
}
FACTS = {
    "applicant": "申请人",
    "reference": "申请编号",
    "name": "主体名称",
    "matter": "申请事项",
    "entity_type": "类型",
    "uscc": "统一社会信用代码",
    "received": "提交日期",
    "due": "办结期限",
    "address": "住所",
}
LENGTHS = {
    "registrar": 40,
    "number": 40,
    "check_url": 150,
    "check_host": 60,
    "delivery": 20,
    "officer": 60,
    "seal_place": 20,
    "seal": 64,
    "title": 30,
}
TEXT_LENGTH = 2000


class Paper(BaseModel):
    """One document. `facts` are keyed by FACTS and print two per line; `before` and `after` are paragraphs around the
    tables; each of `rows` has one cell per column of its kind, each of `sections` the rows of a further table of it.
    `title` replaces the kind's own where the law of its date has another name for it. `officer` is the person who
    signs for the registrar; `seal_place` and `seal` are as on a licence. Raises InvalidParticulars."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: PaperKind
    registrar: str
    number: str
    facts: dict[str, str]
    before: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    sections: dict[str, tuple[tuple[str, ...], ...]] = Field(default_factory=dict)
    after: tuple[str, ...] = ()
    contacts: tuple[str, ...] = Field(default=(), max_length=3)
    issued_on: date
    delivery: str = "电子送达"
    check_url: str
    check_host: str
    sample: bool = True
    officer: str | None = None
    seal_place: str | None = None
    seal: str | None = None
    title: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        for key in self.facts:
            if key not in FACTS:
                raise InvalidParticulars("item.unknown", {"field": f"facts.{key}"})
        heading = HEADINGS[self.kind]
        _refuse_width(self.rows, heading.columns, field="rows")
        for key, rows in self.sections.items():
            if key not in heading.sections:
                raise InvalidParticulars("item.unknown", {"field": f"sections.{key}"})
            _refuse_width(rows, heading.sections[key][1], field=f"sections.{key}")
        if len(self.texts()) > heading.texts:
            raise InvalidParticulars("text.many", {"maximum": heading.texts})
        for place, text in self.texts():
            chinese.refuse_unprintable(text, field=place)
            chinese.refuse_long(text, field=place, maximum=LENGTHS.get(place, TEXT_LENGTH))
        return self

    def texts(self) -> list[tuple[str, str]]:
        """Every variable text with the path of its field."""
        single = [(name, getattr(self, name) or "") for name in LENGTHS]
        lists = [(f"{f}.{i}", text) for f in ("before", "after", "contacts") for i, text in enumerate(getattr(self, f))]
        tables = {"rows": self.rows} | {f"sections.{key}": rows for key, rows in self.sections.items()}
        cells = [
            (f"{t}.{i}.{j}", cell)
            for t, rows in tables.items()
            for i, row in enumerate(rows)
            for j, cell in enumerate(row)
        ]
        return [*single, *((f"facts.{key}", value) for key, value in self.facts.items()), *lists, *cells]

    def digest(self) -> str:
        """SHA-256 of the content, without the address and code for checking it."""
        return digest(self._dumped(without={"check_url", "check_host", "sample", "seal_place", "seal"}))

    def content(self) -> bytes:
        """The attached data file: canonical JSON."""
        return canonical(self._dumped())

    def _dumped(self, *, without: Collection[str] = ()) -> dict[str, Any]:
        """Documents without further tables keep the content and digest from before such tables existed."""
        unused = set() if self.sections else {"sections"}
        return self.model_dump(mode="json", exclude={*without, *unused}, exclude_none=True)


def _refuse_width(rows: tuple[tuple[str, ...], ...], columns: tuple[Column, ...], *, field: str) -> None:
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            data = {"field": f"{field}.{number}", "expected": len(columns), "found": len(row)}
            raise InvalidParticulars("row.width", data)


def render_paper(
    paper: Paper,
    *,
    design: str = "jinhua",
    seal: bytes | None = None,
    own: Path | None = None,
    limits: RenderLimits = USUAL,
    compiled: bool = True,
) -> bytes:
    """The document as PDF/A-3a with its content attached as `paper.json`; any number of A4 pages.

    It is filled into a compiled document like it; without `compiled`, or where it does not fit, WeasyPrint lays it out,
    which looks the same.

    `seal` is the picture whose digest the document names, `own` the folder of the office's designs. The same document,
    design and fonts give the same bytes. Raises InvalidParticulars, MissingGlyph, DesignError, RenderError.
    """
    from certificates.paper.pdf import renderer

    return printed(renderer(design, own=own), paper, seal=seal, limits=limits, compiled=compiled)


def unwritten_paper(paper: Paper, *, design: str = "jinhua", own: Path | None = None, **more: Any) -> "Unwritten":
    """The same before it is written, so that it can be signed in its first revision; bytes where it was laid out."""
    from certificates.paper.pdf import renderer

    return _unwritten(renderer(design, own=own), paper, **more)


def printed(ready: "Renderer", paper: Paper, **more: Any) -> bytes:
    """The same as `render_paper` with a loaded renderer."""
    return written(_unwritten(ready, paper, **more))


def _unwritten(ready: "Renderer", paper: Paper, *, seal: bytes | None = None, **more: Any) -> "Unwritten":
    from certificates.paper.document_printing import DocumentSource, unwritten

    ready.design.require_paper(paper.kind, sample=paper.sample)
    glyphs.refuse_missing(text for _, text in paper.texts())
    source = DocumentSource(
        template="paper",
        context=_context(paper, seal),
        noun="文书",
        title=paper.title or HEADINGS[paper.kind].title,
        number=paper.number,
        sample=paper.sample,
        check_url=paper.check_url,
        check_host=paper.check_host,
        description="文书内容 Content of the paper",
        content=paper.content(),
        on=paper.issued_on,
    )
    return unwritten(ready, source, **more)


def _context(paper: Paper, seal: bytes | None) -> dict[str, Any]:
    heading = HEADINGS[paper.kind]
    pairs = [(FACTS[key], paper.facts[key]) for key in FACTS if key in paper.facts]
    title = paper.title or heading.title
    return {
        "p": paper.model_dump(mode="json"),
        "heading": {
            "title": title,
            # An application says what it is for.
            "subtitle": paper.facts.get("matter", "") if paper.kind == "application" else heading.subtitle,
            "slip": heading.slip,
            "sealed": heading.sealed,
        },
        "seal": seal_address(seal, digest=paper.seal),
        "columns": _columns(heading.columns),
        "tables": [
            {"heading": words, "columns": _columns(columns), "rows": paper.sections[key]}
            for key, (words, columns) in heading.sections.items()
            if paper.sections.get(key)
        ],
        "facts": [pairs[i : i + 2] for i in range(0, len(pairs), 2)],
        "wide": any(len(label) > 6 for label, _ in pairs),
        "plain_head": bool(glyphs.missing(paper.registrar, font=glyphs.FIXED)),
        "issued": chinese.day(paper.issued_on),
        "short_digest": in_fours(paper.digest()),
    }


def _columns(columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    return [{"label": one.label, "width": one.width, "small": one.small} for one in columns]
