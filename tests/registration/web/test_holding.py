"""A file changes hands: given by a director, taken by a substitute, put back when nobody works on it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from registration import clock, database
from registration.errors import Forbidden, InvalidInput, NotFound
from registration.models import Account, Message
from registration.operations import absences, holding
from registration.operations.act import act
from registration.operations.sweeps import put_back_claims
from registration.queries.desk_notices import letters_to_desk
from registration.queries.history import DaySpan
from registration.queries.integrity import Counted
from registration.queries.replays import differences
from tests.fixtures.cases import actor_of, file_of
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, LICENSING, LIN, WINDOW, case_of, file_in
from tests.fixtures.visitor import Visitor, value_of, words
from workflows.clock import Calendar

Visit = Callable[..., Visitor]


def mails(effect: str) -> list[Message]:
    with database.reading() as session:
        return list(session.exec(select(Message).where(Message.effect == effect)))


def holder(ref: str) -> int | None:
    return case_of(ref).holder_id


def refusal(number: str, ref: str, *, by: str = DIRECTOR, reason: str = "均衡工作量") -> set[tuple[str, str]]:
    with pytest.raises(InvalidInput) as invalid:
        holding.assign(ref, to=number, reason=reason, actor=actor_of(by), now=clock.now())
    return {(one.path, one.code) for one in invalid.value.problems}


def test_a_director_gives_a_file_to_a_colleague_and_both_are_told(examined: str, visit: Visit) -> None:
    director, clerk, window = visit(DIRECTOR), visit(CLERK), visit(WINDOW)
    tab = f"/desk/cases/{examined}/holder"
    assert "交给他人办理" not in words(clerk.get(tab))
    assert clerk.post(tab, to=WINDOW, reason="不想办").status_code == 403
    version = str(case_of(examined).version)
    unfit = director.post(tab, to=LICENSING, reason="均衡工作量", version=version)
    assert unfit.status_code == 422
    assert "的岗位不能办理这一步" in words(unfit)
    assert "均衡工作量" in unfit.text
    opened = clerk.get(f"/desk/cases/{examined}")
    assert director.post(tab, to=WINDOW, reason="均衡工作量", version=version).location.endswith(tab)
    assert holder(examined) == actor_of(WINDOW).account_id
    assert director.post(tab, to=CLERK, reason="再换", version=version).status_code == 409

    # The former holder's open page says what happened, and loses nothing typed.
    typed = {"version": value_of(opened, "version"), "seen": value_of(opened, "seen"), "opinion": "材料齐全"}
    late = clerk.post(f"/desk/cases/{examined}/act/approve", data=typed)
    assert late.status_code == 409
    assert "0320号刚刚做了：交办" in words(late)
    assert "材料齐全" in late.text
    assert "0320号把您经办的“" in words(clerk.get("/desk/inbox"))
    assert "交给您办理，理由：均衡工作量" in words(window.get("/desk/inbox"))
    assert "由0318号改交0317号办理" in words(clerk.get(tab))
    assert "Reason: 均衡工作量" in words(visit(CLERK, lang="en").get("/desk/inbox"))
    assert "0320号" not in words(visit(LIN).get(f"/applications/{examined}"))

    with database.transaction() as session:
        for login in (CLERK, WINDOW):
            session.exec(select(Account).where(Account.login == login)).one().email = f"{login}@example.cn"
    for effect, login in ((holding.GIVEN, WINDOW), (holding.TAKEN_AWAY, CLERK)):
        (message,) = mails(effect)
        assert message.application_id is not None
        (letter,) = letters_to_desk(effect, message.application_id, account=message.payload["account"])
        assert (letter.to, "均衡" in letter.text) == (f"{login}@example.cn", False)
    with database.reading() as session:
        assert not list(differences(session, DaySpan(), counted=Counted())), "the history replays to the new holder"


def test_who_gets_no_file(examined: str, visit: Visit) -> None:
    for login in (APPROVER, CLERK, LIN, "0420"):
        with pytest.raises((Forbidden, NotFound)):
            holding.assign(examined, to=WINDOW, reason="换人", actor=actor_of(login), now=clock.now())
    assert refusal("0417", examined) == {("to", "colleague.unknown")}
    assert refusal("", examined, reason=" ") == {("to", "field.missing"), ("reason", "field.missing")}
    assert refusal(CLERK, examined) == {("to", "colleague.holds_it")}
    with database.transaction() as session:
        session.exec(select(Account).where(Account.login == WINDOW)).one().name = "苏知禾"
    assert refusal(WINDOW, examined) == {("to", "colleague.own_case")}
    # A file without a holder is claimed for the new one, and the applicant reads nothing of the office.
    free = file_in(trade="听泉样例")
    holding.assign(free, to=CLERK, reason="熟悉餐饮", actor=actor_of(DIRECTOR), now=clock.now())
    assert (case_of(free).state, holder(free)) == ("under_examination", actor_of(CLERK).account_id)
    read = words(visit(LIN).get(f"/applications/{free}"))
    assert ("熟悉餐饮" in read, "0320号" in read, "0318号" in read) == (False, False, True)


def test_a_substitute_takes_the_files_of_who_is_away(examined: str, visit: Visit) -> None:
    clerk, director = visit(CLERK), visit(DIRECTOR)
    today = clock.local_date(clock.now())
    days = {"first": today.isoformat(), "last": (today + timedelta(days=2)).isoformat()}
    with database.transaction() as session:
        session.exec(select(Account).where(Account.login == WINDOW)).one().roles = ["window", "examiner"]
    stand_in = visit(WINDOW)
    page = "/desk/absences"
    assert "请假和代班" in words(clerk.get("/account"))
    wrong = clerk.post(page, first=days["last"], last=days["first"], substitute=CLERK)
    assert wrong.status_code == 422
    assert value_of(wrong, "first") == days["last"]
    assert all(said in words(wrong) for said in ("结束的日期早于开始的日期", "代班人不能是请假人自己"))
    assert clerk.post(page, **days, substitute=LICENSING).status_code == 422
    assert clerk.post(page, **days, number=WINDOW).status_code == 403
    assert clerk.post(page, **days, substitute=WINDOW).location.endswith(page)
    # Nobody is away at the same time as the substitute.
    assert "替别人代班" in words(stand_in.post(page, **days))
    assert "已经登记了请假" in words(director.post(page, **days, number=CLERK))
    assert "0318号" in words(director.get(page))
    assert "没有登记的请假" in words(visit(APPROVER).get(page))

    file_in(trade="听泉样例")
    assert clerk.post("/desk/next").location.endswith("view=unclaimed")
    assert "请假期间不领取申请" in words(clerk.get("/desk/inbox"))
    free = case_of(file_in(trade="远山样例")).ref
    assert refusal(CLERK, free) == {("to", "colleague.away")}
    assert "手上有1件申请" in words(stand_in.get("/desk/inbox"))
    assert examined in stand_in.get("/desk/stand-in").text
    assert visit(LICENSING).post(f"/desk/cases/{examined}/stand-in").status_code == 409
    assert stand_in.post(f"/desk/cases/{examined}/stand-in").location.endswith(examined)
    assert holder(examined) == actor_of(WINDOW).account_id
    assert "由代班人接办" in words(clerk.get("/desk/inbox"))

    (own,) = [one for one in clerk.get(page).text.split('action="') if "/end" in one.partition('"')[0]]
    address = own.partition('"')[0]
    assert visit(WINDOW).post(address).status_code == 404
    assert clerk.post(address).status_code == 303
    assert clerk.post("/desk/next").status_code == 303
    assert "没有登记的请假" in words(clerk.get(page))
    stand_in.post(page, **days)
    with pytest.raises(InvalidInput, match="invalid_input"):
        absences.enter(first=today, last=today, substitute=WINDOW, actor=actor_of(CLERK), now=clock.now())


def test_a_file_that_nobody_works_on_goes_back_to_the_list(
    examined: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = case_of(examined).updated_at
    # Monday to Friday, whatever the calendar of today's year says.
    monkeypatch.setattr(holding, "calendar", lambda: Calendar(years=frozenset({taken.year, taken.year + 1})))
    waits = file_in(claimed_by=CLERK, trade="听泉样例")
    items = [{"target": "section.domicile", "reason_code": "S08", "problem": "门牌号", "remedy": "补充"}]
    act(waits, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=items)
    put_back_claims(now=taken + timedelta(hours=17))
    assert holder(examined) is not None, "seventeen hours are less than sixteen of the office"
    late = taken + timedelta(days=14)
    for _ in range(2):
        put_back_claims(now=late)
    assert (holder(examined), case_of(examined).state) == (None, "under_examination")
    tags = [(one.tag, one.actor) for one in file_of(examined, actor=actor_of(WINDOW), now=late).history]
    assert tags[-2:] == [("application:claim", "staff:0318"), ("application:release", "system")]
    assert len(mails(holding.PUT_BACK)) == 1
    assert "已退回待办池" in words(visit(CLERK).get("/desk/inbox"))
    for page in ("", "/holder"):
        assert "0318号领取后很久没有办理" in words(visit(WINDOW).get(f"/desk/cases/{examined}{page}"))
    act(examined, "take_over", actor=actor_of(WINDOW), now=late)
    put_back_claims(now=late + timedelta(hours=1))
    assert holder(examined) == actor_of(WINDOW).account_id
