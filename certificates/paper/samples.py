"""Invented particulars of every kind, for previews and checks of designs. No number here belongs to a person."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from certificates.chinese import counted
from certificates.paper.english_summary import EnglishSummary
from certificates.paper.founding_document import (
    DocumentChapter,
    DocumentClause,
    DocumentSignature,
    DocumentTable,
    DocumentText,
    FoundingDocument,
)
from certificates.paper.papers import HEADINGS, Column, Paper, PaperKind
from certificates.paper.type_size import type_size_for
from certificates.particulars import CopyKind, EntityType, FiveNumbers, Particulars, Style

PRESENT: dict[str, Any] = {
    "name": "金华双溪样例茶业有限公司",
    "type_text": "有限责任公司（自然人投资或控股）",
    "representative": "苏知禾",
    "capital": Decimal(5_000_000),
    "domicile": "浙江省金华市婺城区样例街道双溪路88号3幢201室",
    "general_items": (
        *(
            "茶叶种植",
            "食用农产品初加工",
            "农副产品销售",
            "日用陶瓷制品销售",
            "礼品花卉销售",
            "工艺美术品及礼仪用品销售",
        ),
        *("互联网销售（除销售需要许可的商品）", "组织文化艺术交流活动", "会议及展览服务", "包装服务"),
        "信息咨询服务（不含许可类信息咨询服务）",
    ),
    "licensed_items": ("茶叶制品生产", "食品销售", "餐饮服务"),
    "founded_on": date(2026, 10, 12),
    "issued_on": date(2026, 10, 12),
    "registrar": "金华市市场监督管理局",
    "uscc": "91330701MAT000018L",
    "serial": "330701202610120001",
    "check_url": "https://heyi.example/v/Zk3vX0q9Tn2bR7cL5mWd1A",
    "check_host": "heyi.example/v",
}
IN_2015: dict[str, Any] = {
    "style": "five_numbers",
    "uscc": None,
    "five_numbers": FiveNumbers(
        registration_number="330702200001236",
        organization_code="MAT000018",
        tax_number="330701MAT000018",
        social_insurance_number="33070100001234",
        statistics_number="MAT000018",
    ),
    "founded_on": date(2015, 7, 20),
    "issued_on": date(2015, 7, 22),
    "term_until": date(2045, 7, 19),
}
PARTNER = {"representative": "浙江样例云栖私募基金管理有限公司", "delegate": "陆栖梧"}
TYPES: dict[EntityType, dict[str, Any]] = {
    "llc": {},
    "llc_single": {"type_text": "有限责任公司（自然人独资）", "name": "金华三江样例陶瓷有限公司"},
    "llc_state": {"type_text": "有限责任公司（国有独资）", "name": "金华样例城市发展有限公司"},
    "jsc": {"type_text": "股份有限公司（非上市、自然人投资或控股）", "name": "金华双溪样例茶业股份有限公司"},
    "sole_prop": {"type_text": "个人独资企业", "name": "金华双溪样例茶厂"},
    "gp": {
        "type_text": "普通合伙企业",
        "name": "金华样例匠心营造工作室（普通合伙）",
        "representative": "苏知禾、陆栖梧",
    },
    "sgp": {"type_text": "特殊普通合伙企业", "name": "金华样例会计师事务所（特殊普通合伙）"},
    "lp": {"type_text": "有限合伙企业", "name": "金华样例云栖创业投资合伙企业（有限合伙）", **PARTNER},
    "coop": {"type_text": "农民专业合作社", "name": "金华市婺城区样例茶农专业合作社", "uscc": "93330702MAT0000BX8"},
    "individual": {
        "type_text": "个体工商户",
        "uscc": "92330702MAT0000A1K",
        "capital": None,
        "composition": "personal",
        "name": "金华市婺城区双溪样例茶室",
        "general_items": ("茶具销售", "农副产品销售"),
        "licensed_items": ("餐饮服务",),
    },
    "branch": {
        "type_text": "有限责任公司分公司",
        "capital": None,
        "name": "金华双溪样例茶业有限公司义乌分公司",
        "representative": "陆栖梧",
    },
}
LONG_ITEMS = tuple(
    f"样例项目{group}{item}的研究、设计、生产、批发和零售"
    for group in "甲乙丙丁戊己庚辛"
    for item in "一二三四五六七八九十"
)


def particulars(entity_type: EntityType = "llc", *, style: Style = "present", **changes: Any) -> Particulars:
    """Sample particulars of this type; `changes` replace single facts."""
    facts = {**PRESENT, "entity_type": entity_type, **TYPES[entity_type]}
    return Particulars(**{**facts, **(IN_2015 if style == "five_numbers" else {}), **changes})


def longest(entity_type: EntityType, *, style: Style, copy_kind: CopyKind) -> Iterator[tuple[str, Particulars]]:
    """Sample particulars at their limits: texts of the greatest length, a scope that just fits, an annex."""
    texts = {
        "name": "金华" + "样" * 56 + "公司",
        "type_text": "型" * 40,
        "representative": "名" * 60,
        "domicile": "址" * 100,
    }
    if entity_type in ("gp", "sgp", "lp"):
        texts["delegate"] = "派" * 40
    # With all other texts this long, the single column of 2015 is full: the form is refused before signing.
    widest = 90 if style == "five_numbers" else 100
    wide = {**texts, "name": "W" * 60, "representative": "W" * 60, "domicile": "W" * widest}
    for name, changes in (("longest texts", texts), ("longest Latin texts", wide), ("longest scope", {})):
        facts = particulars(entity_type, style=style, copy_kind=copy_kind, **changes)
        yield name, _filled(facts)
    annex = {"general_items": LONG_ITEMS, "licensed_items": ()}
    yield "annex", particulars(entity_type, style=style, copy_kind=copy_kind, **texts, **annex)


def _filled(facts: Particulars) -> Particulars:
    """With the longest scope that needs no annex, if there is one."""
    low, high = 1, 2000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if type_size_for(_scoped(facts, middle)).annex else (middle, high)
    return _scoped(facts, low)


def _scoped(facts: Particulars, size: int) -> Particulars:
    """With a scope of `size` characters, in items of a hundred."""
    items = tuple("样" * min(100, size - at) for at in range(0, size, 100))
    return facts.model_copy(update={"general_items": items, "licensed_items": ()})


def english_summary(
    entity_type: EntityType = "llc", *, style: Style = "present", items: int = 0, **changes: Any
) -> EnglishSummary:
    """A sample translation; `items` is the number of long items in the scope."""
    facts = particulars(entity_type, style=style, **changes)
    if items:
        facts = particulars(entity_type, style=style, general_items=LONG_ITEMS[:items], licensed_items=())
    english = {
        item: f"Sample activity {number}, with research and wholesale" for number, item in enumerate(_all(facts), 1)
    }
    return EnglishSummary(
        particulars=facts,
        type_text="Sample type of enterprise",
        representative="Su Zhihe",
        delegate="Lu Qiwu" if facts.delegate else None,
        domicile="Wucheng District, Jinhua, Zhejiang",
        registrar="Jinhua Administration for Market Regulation",
        scope=english,
    )


def _all(facts: Particulars) -> tuple[str, ...]:
    return (*facts.general_items, *facts.licensed_items)


def kinds(serves: Any) -> Iterator[tuple[Style, EntityType, CopyKind]]:
    """Every sheet in a table of styles and entity types."""
    for style, entity_types in serves.items():
        for entity_type in entity_types:
            for copy_kind in get_args(CopyKind):
                yield style, entity_type, copy_kind


def paper(kind: PaperKind = "correction", *, rows: int = 3, **changes: Any) -> Paper:
    """A sample of another document; `rows` is the number of points in its table."""
    heading = HEADINGS[kind]
    facts = {
        "applicant": "苏知禾",
        "reference": "JH-2026-000123",
        "name": "金华双溪样例茶业有限公司",
        "matter": "企业设立登记",
        "entity_type": "有限责任公司（自然人投资或控股）",
        "received": "2026年10月9日",
    }
    given: dict[str, Any] = {
        "kind": kind,
        "registrar": "金华市市场监督管理局",
        "number": "金华市监样〔2026〕第0017号",
        "facts": facts,
        "before": ("您提交的登记申请已经收到，现将有关事项告知如下。",),
        "rows": (_cells(heading.columns),) * rows,
        "sections": {key: (_cells(columns),) * 2 for key, (_, columns) in heading.sections.items()},
        "after": ("如有疑问，请与承办人联系。",),
        "contacts": ("承办人：样例岗位", "电话：0579-0000 0000"),
        "issued_on": date(2026, 10, 12),
        "check_url": "https://heyi.example/v/Zk3vX0q9Tn2bR7cL5mWd1A",
        "check_host": "heyi.example/v",
    }
    return Paper(**{**given, **changes})


def founding_document(*, signed: bool = True) -> FoundingDocument:
    """A sample of a founding document, or of its draft: a chapter with a table, and one with many articles."""
    words = ("本条是样例，用来看条文怎样排列。", "（一）第一项；", "（二）第二项。")
    table = DocumentTable(columns=("股东", "出资额", "出资日期"), rows=(("苏知禾", "500万元", "2030年9月30日"),) * 2)
    clauses = tuple(
        DocumentClause(
            key=f"c{number}",
            number=f"第{counted(number)}条",
            paragraphs=words if number % 3 == 0 else words[:1],
            table=table if number == 1 else None,
        )
        for number in range(1, 31)
    )
    chapters = (("第一章　总则", clauses[:4]), ("第二章　股东会", clauses[4:]))
    signature = {"name": "苏知禾", "capacities": "股东", "signed_at": "2026-10-12 10:00:00", "digest": "5f" * 32}
    return FoundingDocument(
        text=DocumentText(
            kind="articles",
            title="金华双溪样例茶业有限公司章程",
            chapters=tuple(DocumentChapter(heading=heading, clauses=own) for heading, own in chapters),
            signers=("shareholder",),
        ),
        number="JH-2026-000123-1",
        registrar="金华市市场监督管理局",
        signatures=(DocumentSignature(**signature),) * 2 if signed else (),
        issued_on=date(2026, 10, 12),
        check_url="https://heyi.example/v/Zk3vX0q9Tn2bR7cL5mWd1A" if signed else None,
        check_host="heyi.example/v",
    )


def _cells(columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(f"样例{column.label}" + ("" if column.width < 30 else "，请按所附说明办理") for column in columns)
