"""The application document: what was applied for, who signed it and when, with which declarations."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pypdfium2
import pytest
from sqlmodel import select

from certificates.paper.papers import Paper, render_paper
from registration import database
from registration.gateways.storage import storage
from registration.models import Application, Party, Revision
from registration.models import Paper as PaperRow
from registration.operations.papers import opened
from registration.queries.archive import manifest_of
from registration.settings import Settings
from tests.certificates.conftest import text_of
from tests.fixtures.cases import actor_of, company, five_numbers, individual, submitted
from tests.fixtures.visitor import work_off

__all__ = ["text_of"]

LIN = "lin@example.cn"
NUMBER = "330702189001011239"


def documents(ref: str) -> dict[str, PaperRow]:
    work_off(papers=True)
    with database.reading() as session:
        query = select(PaperRow).join(Application).where(Application.ref == ref)
        return {one.kind: one for one in session.exec(query).all()}


def rows(content: dict[str, Any], section: str) -> list[list[str]]:
    found: list[list[str]] = content["sections"][section]
    return found


def pages_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_it_says_what_was_signed_by_whom_and_when(
    office: Settings, clock: datetime, text_of: Callable[[bytes], str]
) -> None:
    ref = submitted("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock)
    paper = documents(ref)["application"]
    content = paper.content
    with database.reading() as session:
        digest = session.exec(select(Revision.digest)).one()
        parties = session.exec(select(Party)).all()
    assert content["number"] == f"{ref}-1"
    assert content["title"] == "公司登记（备案）申请书"
    assert digest in content["after"][0]
    signed = rows(content, "signatures")
    assert len(signed) == len(parties)
    assert all(digest.startswith(row[3].rpartition("，")[2]) for row in signed)
    declared = {row[1] for row in rows(content, "declarations")}
    assert any("真实性、合法性和有效性" in words for words in declared)
    assert any("《公司法》第一百七十八条" in words for words in declared)
    assert {row[1] for row in rows(content, "materials")}
    assert paper.storage_key is not None
    text = text_of(storage(office).get(paper.storage_key))
    assert "演示样本" in text
    assert "股东和出资" in text


@pytest.mark.thorough
def test_personal_data_is_on_the_other_paper_and_sealed_at_rest(
    office: Settings, clock: datetime, text_of: Callable[[bytes], str]
) -> None:
    form = company()
    ref = submitted("llc", form, registrar="330702", actor=actor_of(LIN), now=clock)
    papers = documents(ref)
    numbers = [person["id_no"] for person in form["people"]]
    mobiles = [person["mobile"] for person in form["people"]]
    public = json.dumps(papers["application"].content, ensure_ascii=False)
    stored = json.dumps(papers["application_persons"].content, ensure_ascii=False)
    assert not [secret for secret in (*numbers, *mobiles) if secret in public + stored]
    clear = json.dumps(opened(papers["application_persons"].content, case=ref), ensure_ascii=False)
    assert all(secret in clear for secret in (*numbers, *mobiles))
    key = papers["application_persons"].storage_key
    assert key is not None
    text = text_of(storage(office).get(key))
    assert "演示样本" in text


def test_an_individual_declares_no_disqualification_of_companies(office: Settings, clock: datetime) -> None:
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock)
    content = documents(ref)["application"].content
    declared = "".join(row[1] for row in rows(content, "declarations"))
    assert content["title"] == "个体工商户登记（备案）申请书"
    # So many answers that the foot just misses the second page: it takes the signature along to the third.
    longer = {**content, "rows": [*content["rows"], *content["rows"][-1:] * 5]}
    pages = pages_of(render_paper(Paper.model_validate(longer), design="jinhua", seal=None))
    assert (len(pages), "签名" in pages[2], "苏知禾" in pages[2]) == (3, True, True)
    assert "公司法" not in declared
    assert "市场主体登记管理条例》第十七条" in declared


@pytest.mark.thorough
def test_the_model_of_2015_declares_by_the_law_of_2015(office: Settings, clock: datetime) -> None:
    ref = submitted("llc", five_numbers(), registrar="330784", actor=actor_of(LIN), now=clock)
    content = documents(ref)["application"].content
    declared = "".join(row[1] for row in rows(content, "declarations"))
    assert "《公司法》（2013年修正）第一百四十六条" in declared
    assert "市场主体" not in declared + "".join(content["before"])


@pytest.mark.thorough
def test_the_archive_lists_every_paper(office: Settings, clock: datetime) -> None:
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock)
    papers = documents(ref)
    case_id = papers["application"].application_id
    listed = {one["kind"]: one["sha256"] for one in manifest_of(case_id)["papers"]}
    assert listed == {kind: paper.sha256 for kind, paper in papers.items()}
