"""The office's own words for names: proposed with their difference, decided by another person, and checked at once."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from sqlmodel import col, select

from registration import clock, database
from registration.models import AuditEntry, SettingChange
from registration.queries import name_words
from registration.queries.names import verdict_on
from tests.fixtures.visitor import Answer, Visitor, words

Visit = Callable[..., Visitor]
SYSADMIN, SECADMIN, PAGE = "0904", "0901", "/admin/name-words"
NAME = "金华市霁月样例科技有限公司"


@pytest.fixture(autouse=True)
def lists_read_anew() -> Iterator[None]:
    name_words.forget()
    yield
    name_words.forget()


def proposed(visitor: Visitor, **more: object) -> Answer:
    return visitor.post(PAGE, **({"word_list": "banned", "way": "add", "reason": "市局文件"} | more))


def last_change() -> SettingChange:
    with database.reading() as session:
        return session.exec(select(SettingChange).order_by(col(SettingChange.id).desc())).all()[0]


def rules_broken() -> list[tuple[str, object]]:
    with database.reading() as session:
        found = verdict_on(
            session,
            NAME,
            entity_type="llc",
            region6="330702",
            prefecture="330700",
            today=clock.local_date(clock.now()),
        )
    return [(one.rule, one.data["word"]) for one in found.findings if "word" in one.data]


def test_two_persons_add_a_word_and_names_with_it_are_refused_at_once(visit: Visit) -> None:
    admin, second = visit(SYSADMIN), visit(SECADMIN)
    assert rules_broken() == []
    assert proposed(admin, words="霁月、科技\n# 备注\n法院").status_code == 303
    page = words(admin.get(PAGE)).replace(" ", "")
    assert "0个→2个" in page
    assert "加入的词2科技、霁月" in page
    assert "其中名称里常见的，请核对会不会误伤1科技" in page
    assert "系统自带，不用加入1" in page
    assert rules_broken() == []
    change = f"/admin/changes/{last_change().ref}"
    assert admin.post(change, decision="confirm").status_code == 403
    assert "霁月" in words(second.get("/admin/changes"))
    assert second.post(change, decision="confirm").status_code == 303
    assert ("N03", "霁月") in rules_broken()
    with database.reading() as session:
        line = session.exec(select(AuditEntry).where(AuditEntry.tag == "setting:confirm")).one()
    assert (line.subject, line.data["after"]["added"]) == (f"staff:{SECADMIN}", ["科技", "霁月"])
    saved = admin.get(f"{PAGE}/banned.txt")
    assert saved.text.endswith("# 本机关加入的词\n科技\n霁月\n")
    assert proposed(admin, words="科技 霁月", way="remove").status_code == 303
    assert second.post(f"/admin/changes/{last_change().ref}", decision="confirm").status_code == 303
    assert rules_broken() == []


def test_what_cannot_be_a_word_is_named_and_nothing_typed_is_lost(visit: Visit) -> None:
    admin = visit(SYSADMIN, lang="en")
    wrong = proposed(admin, words="霁月\nP2P 霁", reason="a letter of the city")
    assert wrong.status_code == 422
    assert "Line 2: “P2P” cannot be used; please write a word of 2 to 8 Chinese characters" in words(wrong)
    assert "a letter of the city" in wrong.text
    assert "霁月\nP2P 霁" in wrong.text
    assert "please look" not in words(wrong)
    assert "the list would stay as it is" in words(proposed(admin, words="霁月", way="remove"))
    file = (BytesIO("霁月 望津".encode("gb18030")), "words.txt")
    assert proposed(admin, file=file).status_code == 303
    assert last_change().after["added"] == ["望津", "霁月"]
    assert "A change of this waits for a second person" in words(proposed(admin, words="双溪"))
    assert visit(SECADMIN).get(PAGE).status_code == 403
