"""A matter of the office's own, in the folder that `HEYI_MATTERS` names: from the start page to its paper."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import Engine

from registration import clock
from registration.app import create_app
from registration.errors import InvalidInput
from registration.operations import apply
from registration.rules.declarations import known_declarations
from registration.rules.form import ESTABLISHMENT
from registration.runtime.matter_checks import require_sound
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.office import opened
from tests.fixtures.tables import forget_tables, own_tables
from tests.fixtures.tutorial import MATTER, write_matter
from tests.fixtures.visitor import Visitor, words, work_off

__all__ = ["own_tables"]

CODE, DECLARED = "91330106673959654P", "国家企业信用信息公示系统 2026-10-08"
REASONS = """
rejection:
  L01: {zh: 执照没有遗失, en: The licence is not lost, law: [MR 37]}
"""
DECLARATIONS = """
lost: {zh: 执照确已遗失, en: The licence is really lost, law: [MR 37]}
"""
MATERIALS = """
publication:
  label: {zh: 公示截图, en: Picture of the publication}
  hint: {zh: 能看清日期。, en: The day can be read.}
  why: {zh: 遗失须先声明, en: A loss is declared first}
  basis: [MR 37]
"""
FORM = """
groups:
  firm: {number: 一, zh: 企业, en: The business}
  materials: {number: 二, zh: 材料, en: Documents}
  signing: {number: 三, zh: 提交, en: Submit}
sections:
  - {key: domicile, group: firm, label: {zh: 领取地点, en: Place of collection}, optional: true}
"""


@pytest.fixture
def office(database_url: str, own_tables: Path, settings: Settings, database: Engine) -> Flask:
    write_matter(own_tables)
    require_sound()
    opened(settings, now=clock.now())
    return create_app(settings)


@pytest.fixture
def visit(office: Flask) -> Callable[..., Visitor]:
    return lambda login="", **more: Visitor(office, login, **more)


def begun(lin: Visitor) -> str:
    answer = lin.post("/applications/new", matter=MATTER, entity_type="individual", registrar="330702")
    assert answer.status_code == 303, words(answer)
    return answer.location.rpartition("/")[2]


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "".join("".join(document[0].get_textpage().get_text_range()).split())
    finally:
        document.close()


@pytest.mark.thorough
def test_it_is_driven_from_the_start_page_to_its_paper(visit: Callable[..., Visitor]) -> None:
    lin, clerk = visit("lin@example.cn"), visit("0318")
    assert "补领营业执照" in words(lin.get("/applications/new"))
    start = words(lin.get(f"/applications/new?matter={MATTER}"))
    assert "遗失执照的统一社会信用代码" in start
    assert "不收费" in start
    ref = begun(lin)
    assert "申请补领" in words(lin.get(f"/applications/{ref}"))

    act = f"/applications/{ref}/act/apply_for_copy"
    refused = lin.post(act, number="91330106673959654Q", paper="公示系统")
    assert "请填写遗失执照的统一社会信用代码" in words(refused)
    assert 'value="公示系统"' in refused.text
    assert lin.post(act, number=CODE, paper=DECLARED).status_code == 303
    assert "等待登记机关审查" in words(lin.get(f"/applications/{ref}"))

    for action in ("claim", "reissue"):
        assert clerk.post(f"/desk/cases/{ref}/act/{action}").status_code == 303
    work_off(papers=True)
    page = lin.get(f"/applications/{ref}")
    assert "登记机关已决定补发执照" in words(page)
    (paper,) = set(re.findall(rf"/applications/{ref}/papers/[^\"]+?\.pdf", page.text))
    text = text_of(lin.get(paper).data)
    assert "准予补领营业执照决定书" in text
    assert CODE in text
    assert "《市场主体登记管理条例》第三十七条" in text


def test_reasons_declarations_documents_and_form_are_its_own(own_tables: Path, visit: Callable[..., Visitor]) -> None:
    folder = own_tables / MATTER
    for name, text in {
        "reasons": REASONS,
        "declarations": DECLARATIONS,
        "materials": MATERIALS,
        "form": FORM,
        "workflow@1": (folder / "workflow@1.yaml")
        .read_text("utf-8")
        .replace("    asks: reason\n", "    asks: [reason_code, reason]\n")
        .replace("is_claimed_by_actor, reason_is_given]", "reason_code_is_given, reason_is_given]"),
    }.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    forget_tables()
    require_sound()
    assert list(known_declarations(MATTER)) == ["agree", "truth", "lost"]
    assert "lost" not in known_declarations(ESTABLISHMENT)

    lin, clerk = visit("lin@example.cn"), visit("0318")
    ref = begun(lin)
    tasks = words(lin.get(f"/applications/{ref}"))
    assert "领取地点" in tasks
    assert "公示截图" in tasks
    assert "公司章程" not in tasks
    assert lin.get(f"/applications/{ref}/domicile").status_code == 200
    assert "能看清日期" in words(lin.get(f"/applications/{ref}/materials/publication"))
    stored = apply.Stored("a.pdf", "application/pdf", 1, 1, "0" * 64, "a")
    with pytest.raises(InvalidInput):
        apply.attach(ref, "articles", stored, actor=actor_of("lin@example.cn"), now=clock.now())

    lin.post(f"/applications/{ref}/act/apply_for_copy", number=CODE, paper=DECLARED)
    clerk.post(f"/desk/cases/{ref}/act/claim")
    asked = words(clerk.get(f"/desk/cases/{ref}/ask/refuse"))
    assert "执照没有遗失" in asked
    assert "名称不符合" not in asked
    refuse = f"/desk/cases/{ref}/act/refuse"
    assert clerk.post(refuse, reason_code="R08", reason="查无遗失").status_code != 303
    assert clerk.post(refuse, reason_code="L01", reason="查无遗失").status_code == 303
    assert "执照没有遗失" in words(lin.get(f"/applications/{ref}"))
    assert "执照没有遗失" in words(clerk.get(f"/desk/cases/{ref}/history"))


def test_its_pages_are_in_english_too(visit: Callable[..., Visitor]) -> None:
    lin = visit("lin@example.cn", lang="en")
    assert "free of charge" in words(lin.get(f"/applications/new?matter={MATTER}"))
    assert "Apply for a copy" in words(lin.get(f"/applications/{begun(lin)}"))


def test_it_cannot_begin_where_its_table_has_no_time_limit(visit: Callable[..., Visitor]) -> None:
    """The registrar that works by the model of 2015, for which this table has no clock."""
    answer = visit("lin@example.cn").post("/applications/new", matter=MATTER, entity_type="llc", registrar="330784")
    assert answer.status_code == 422
    assert "办理期限" in words(answer)
