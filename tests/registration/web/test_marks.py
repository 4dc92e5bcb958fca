"""Marks of an examination: kept on the server, read by the approver, ended by a change of what they are about."""

from collections.abc import Callable

from sqlmodel import select

from registration import clock, database
from registration.models import ReviewMark
from registration.operations import apply
from registration.operations.act import act
from registration.operations.marks import keep_marks
from registration.queries.marks import marks_on
from registration.rules.marks import Mark
from tests.fixtures.cases import actor_of, company, sign_all
from tests.fixtures.office import CLERK, LIN, WINDOW, case_of, file_in, taken
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
PEOPLE = "section.people"


def chosen(page: str, target: str) -> str:
    """The verdict that the page shows for a target."""
    inputs = [one for one in page.split("<input") if f'name="mark.{target}"' in one and " checked" in one.split(">")[0]]
    return inputs[0].split('value="')[1].split('"')[0] if inputs else ""


def test_marks_are_kept_as_they_are_set_and_are_the_clerks_own(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk, address = visit(CLERK), f"/desk/cases/{ref}"
    person = f"{PEOPLE}.p1"
    sent = {"target": ["section.name", person], "mark.section.name": "ok", f"mark.{person}": "bad"}
    sent |= {f"why.{person}": "S11", f"what.{person}": "证件过期"}
    answer = clerk.post(f"{address}/marks", data=sent)
    assert answer.json is not None
    assert "标记已保存" in answer.json["words"]
    assert "没有标记" in answer.json["left"]
    page = clerk.get(address).text
    assert [chosen(page, one) for one in ("section.name", person, "section.domicile")] == ["ok", "bad", ""]
    assert "证件过期" in page
    # Without a script any button keeps them; what the page leaves open is not taken back.
    clerk.post(address, data={"mark.section.domicile": "ok"})
    assert [chosen(clerk.get(address).text, one) for one in ("section.name", "section.domicile")] == ["ok", "ok"]
    # A colleague reads them with who and when, and has none of them as the own.
    seen = visit(WINDOW).get(address)
    assert "0318号：通过2项，有问题1项" in words(seen)
    assert chosen(seen.text, "section.name") == ""
    with database.reading() as session:
        rows = session.exec(select(ReviewMark)).all()
    assert not any("证件过期" in row.problem for row in rows)
    refused = clerk.post(f"{address}/marks", data={"target": "section.moon", "mark.section.moon": "ok"})
    assert refused.status_code == 422
    assert visit(LIN).post(f"{address}/marks", data=sent).status_code == 403
    asked = clerk.get(f"{address}/ask/request_correction")
    assert "人员信息 · " in words(asked)
    bad = {f"mark.{person}": "bad", f"what.{person}": "证件过期", f"how.{person}": "请换新证"}
    assert taken(ref, clerk, "request_correction", **bad) == 303
    told = words(visit(LIN).get(f"/applications/{ref}"))
    assert "：证件过期" in told, "the notice names the person"


def test_after_a_correction_only_what_is_unchanged_and_good_stays_marked(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk, lin = actor_of(CLERK), actor_of(LIN)
    marked = [
        Mark("section.name", "ok"),
        Mark("section.domicile", "ok"),
        Mark("section.tax", "bad", "S05", "不对", "改"),
    ]
    assert keep_marks(ref, marked, actor=clerk, now=clock.now()) == 3
    assert keep_marks(ref, marked, actor=clerk, now=clock.now()) == 0
    item = {"target": "section.domicile", "reason_code": "S08", "problem": "门牌号", "remedy": "补充"}
    act(ref, "request_correction", actor=clerk, now=clock.now(), items=[item])
    domicile = {**company()["domicile"], "street": "双溪西路99号2幢301室"}
    apply.save_section(ref, "domicile", domicile, actor=lin, now=clock.now())
    sign_all(ref, actor=lin, now=clock.now())
    assert case_of(ref).revision == 2
    # A page of before the correction ticks nothing that its reader has not seen.
    old = {"target": "section.domicile", "mark.section.domicile": "ok", "revision": "1"}
    page = visit(CLERK)
    assert page.post(f"/desk/cases/{ref}/marks", data=old).status_code == 409
    assert page.post(f"/desk/cases/{ref}", data=old).status_code == 200
    with database.reading() as session:
        left = [one.mark.target for one in marks_on(session, ref, actor=clerk)]
    assert left == ["section.name"]
