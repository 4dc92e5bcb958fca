"""A decision asks for the password once more if it was typed long ago, and loses nothing of what was typed before."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select

from registration import clock, database
from registration.models import AuditEntry, SignIn
from registration.operations import samples
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, case_of, file_in
from tests.fixtures.visitor import Answer, Visitor, words

Visit = Callable[..., Visitor]
OPINION = "符合法定形式，<同意> & 签发"


def grown_old() -> None:
    with database.transaction() as session:
        for row in session.exec(select(SignIn)):
            row.confirmed_at = clock.now() - timedelta(minutes=31)


def confirmed(visitor: Visitor, page: Answer, password: str, *, at: str) -> Answer:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text.split("<main")[1])
    typed = {unescape(name): unescape(value) for name, value in found}
    return visitor.post(at, data={**typed, "once_more": password})


def test_a_decision_asks_for_the_password_and_keeps_the_opinion(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK)
    grown_old()
    at = f"/desk/cases/{ref}/act/approve"
    asked = clerk.post(at, version=str(case_of(ref).version), opinion=OPINION)
    assert asked.status_code == 200
    assert "请再输入一次密码" in words(asked)
    assert case_of(ref).state == "under_examination"

    wrong = confirmed(clerk, asked, "not this one", at=at)
    assert wrong.status_code == 422
    assert "现在的密码不对" in words(wrong)
    assert "not this one" not in wrong.text
    done = confirmed(clerk, wrong, samples.PASSWORD, at=at)
    assert done.status_code == 303
    assert case_of(ref).state == "approved"
    assert OPINION in words(clerk.get(f"/desk/cases/{ref}/history"))
    with database.reading() as session:
        said = [one.result for one in session.exec(select(AuditEntry)) if one.tag == "account:confirm"]
    assert said == ["refused", "done"]

    # For half an hour it is enough.
    other = file_in(trade="听泉样例", claimed_by=CLERK)
    again = clerk.post(f"/desk/cases/{other}/act/approve", version=str(case_of(other).version), opinion=OPINION)
    assert again.status_code == 303


# Where heads, and second persons, decide: by whom, the address, what is sent.
DECISIONS = (
    ("0320", "/desk/reports/unknown", {"decision": "lift_stop", "reason": "已核实"}),
    ("0320", "/desk/barred/changes/unknown", {"decision": "confirm"}),
    ("0320", "/desk/straight-through/unknown", {"decision": "confirm"}),
    ("0320", "/desk/phrases/unknown", {"step": "confirm"}),
    ("0320", "/desk/cases/unknown/licence/decide", {"decision": "confirm"}),
    ("0901", "/admin/accounts/changes/unknown", {"decision": "confirm"}),
    ("0901", "/admin/changes/unknown", {"decision": "confirm"}),
    ("0901", "/admin/workflows/changes/unknown", {"decision": "confirm"}),
)


@pytest.mark.parametrize(("login", "address", "sent"), DECISIONS, ids=[address for _login, address, _sent in DECISIONS])
def test_who_decides_a_proposal_is_asked_first(visit: Visit, login: str, address: str, sent: dict[str, str]) -> None:
    """Where the password was typed lately, the address looks for the proposal instead, and there is none."""
    decider = visit(login)
    assert decider.post(address, data=sent).status_code == 404
    grown_old()
    asked = decider.post(address, data=sent)
    assert asked.status_code == 200
    assert "请再输入一次密码" in words(asked)


def test_what_decides_nothing_asks_for_nothing(visit: Visit) -> None:
    ref = file_in()
    clerk = visit(CLERK)
    grown_old()
    assert clerk.post(f"/desk/cases/{ref}/act/claim").status_code == 303
    assert case_of(ref).holder_id == actor_of(CLERK).account_id


def test_a_password_is_no_way_into_a_session_that_is_over(visit: Visit) -> None:
    """It is neither checked nor written into the page that asks to sign in."""
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK)
    clerk.token()
    clerk.client.delete_cookie("heyi")
    page = clerk.post(f"/desk/cases/{ref}/act/approve", version="1", opinion=OPINION, once_more=samples.PASSWORD)
    assert page.status_code == 401
    assert 'name="typed.once_more"' not in page.text
    assert 'name="typed.opinion"' in page.text
    assert case_of(ref).state == "under_examination"


def test_wrong_passwords_make_the_session_wait(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK)
    grown_old()
    at = f"/desk/cases/{ref}/act/approve"
    page = clerk.post(at, version=str(case_of(ref).version), opinion=OPINION)
    for _ in range(5):
        page = confirmed(clerk, page, "not this one", at=at)
    waits = confirmed(clerk, page, samples.PASSWORD, at=at)
    assert waits.status_code == 429
    assert "秒再试" in words(waits)
    assert case_of(ref).state == "under_examination"
