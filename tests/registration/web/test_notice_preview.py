"""The notice on its paper before it is sent: the same words in the same design, marked, and nothing kept of it."""

import re
from collections.abc import Callable

import pypdfium2
import pytest
from flask import Flask
from sqlmodel import func, select

from registration import database, tasks
from registration.gateways import printing
from registration.gateways.storage import storage
from registration.models import HistoryEntry, Message, NumberPool, Paper
from registration.settings import Settings
from tests.fixtures.office import CLERK, case_of, file_in
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
MARKED = {
    "mark.section.domicile": "bad",
    "why.section.domicile": "S08",
    "what.section.domicile": "门牌号不完整",
    "how.section.domicile": "请补充室号",
    "mark.material.articles": "bad",
    "why.material.articles": "S01",
    "what.material.articles": "第2页看不清",
    "how.material.articles": "请重新扫描",
}


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def told(pdf: bytes) -> str:
    """The text without the line of its number, and without the digest, which covers the number."""
    text = re.sub(r"编号[^\r\n]*", "", text_of(pdf))
    return "".join(re.sub(r"内容摘要：[0-9A-Fa-f\s]*", "", text).split())


def rows() -> list[int]:
    with database.reading() as session:
        models = (Paper, NumberPool, Message, HistoryEntry)
        return [session.exec(select(func.count()).select_from(model)).one() for model in models]


def test_the_preview_has_the_words_of_the_paper_that_is_sent(desk_app: Flask, settings: Settings, visit: Visit) -> None:
    ref, clerk = file_in(claimed_by=CLERK), visit(CLERK)
    asked = clerk.post(f"/desk/cases/{ref}/ask/request_correction", data=MARKED)
    address = f"/desk/cases/{ref}/ask/request_correction/paper"
    assert f'formaction="{address}" formtarget="_blank"' in asked.text
    before = rows()
    preview = clerk.post(address, data=MARKED)
    assert preview.mimetype == "application/pdf"
    assert preview.headers["Content-Disposition"].startswith("inline")
    assert "no-store" in preview.headers["Cache-Control"]
    assert "预览，没有发出，没有编号" in text_of(preview.data)
    assert "SAMPLE" in text_of(preview.data)
    assert rows() == before

    version = str(case_of(ref).version)
    assert clerk.post(f"/desk/cases/{ref}/act/request_correction", version=version, data=MARKED).status_code == 303
    with database.reading() as session:
        message = session.exec(select(Message.id).where(Message.effect == "paper.correction")).one()
    tasks.work_on(message)
    with database.reading() as session:
        paper = session.exec(select(Paper).where(Paper.kind == "correction")).one()
    sent = storage(settings).get(paper.storage_key or "")
    assert "门牌号不完整" in told(sent)
    assert told(preview.data) == told(sent)


def test_what_cannot_be_printed_is_said_and_stays_typed(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    ref, clerk = file_in(claimed_by=CLERK), visit(CLERK, lang="en")
    address = f"/desk/cases/{ref}/ask/request_correction/paper"
    nothing = clerk.post(address, data={"mark.section.name": "ok"})
    assert nothing.status_code == 422

    def refused(_content: object) -> bytes:
        raise printing.NotPrintable

    monkeypatch.setattr("registration.web.decisions.printed_paper", refused)
    strange = clerk.post(address, data=MARKED | {"what.section.domicile": "门牌号\U0001f600"})
    assert strange.status_code == 422
    assert "This cannot be printed" in words(strange)
    assert "门牌号\U0001f600" in strange.text
    assert visit("lin@example.cn").post(address, data=MARKED).status_code in (403, 404)
