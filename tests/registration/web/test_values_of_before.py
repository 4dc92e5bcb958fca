"""A case under way whose form holds what a rule of today refuses: it is read, decided on and never lost."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from registration import clock, database, tasks
from registration.models import Application, Message
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, file_of, nameless, submitted
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
LIN, CLERK, DIRECTOR = "lin@example.cn", "0318", "0320"
OLD = [
    ("name", "trade", "听_澜"),
    ("domicile", "street", "双溪西路99号\u200b"),
    ("domicile", "street", "街"),
    ("capital", "amount_wan", "999999999999"),
]


def of_before(section: str, field: str, value: str) -> str:
    """A submitted case with a value that the form took before."""
    now = clock.now()
    ref = submitted("llc", company(), registrar="330702", actor=actor_of(LIN), now=now)
    put(ref, section, field, value)
    return ref


def put(ref: str, section: str, field: str, value: str) -> None:
    with database.transaction() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        case.form = {**case.form, section: {**case.form[section], field: value}}


@pytest.mark.thorough
@pytest.mark.parametrize(("section", "field", "value"), OLD)
def test_every_page_shows_it(visit: Visit, section: str, field: str, value: str) -> None:
    ref = of_before(section, field, value)
    for page in ("", "/signatures", "/receipt"):
        assert visit(LIN).get(f"/applications/{ref}{page}").status_code == 200, page
    for tab in ("", "/history", "/papers", "/flow"):
        assert visit(CLERK).get(f"/desk/cases/{ref}{tab}").status_code == 200, tab


def test_a_clerk_sees_what_is_wrong_and_can_ask_for_its_correction(visit: Visit) -> None:
    ref = of_before("name", "trade", "听_澜")
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    page = words(visit(CLERK).get(f"/desk/cases/{ref}"))
    assert "名称只能用汉字，请去掉：_" in page
    offers = file_of(ref, actor=actor_of(CLERK), now=clock.now()).offers
    assert "request_correction" in {one.action for one in offers}


def test_a_case_that_was_approved_with_it_goes_back_to_the_examiner(visit: Visit, settings: Settings) -> None:
    now = clock.now()
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    act(ref, "approve", actor=actor_of(CLERK), now=now, opinion="符合")
    put(ref, "domicile", "street", "街" * 101)
    for _try in range(settings.attempts_before_parking):
        with database.transaction() as session:
            message = session.exec(select(Message).where(Message.effect == "issue.licence")).one()
            message.due_at = now
        tasks.work_on(message.id or 0)
    director = visit(DIRECTOR)
    assert "执照没有制成" in words(director.get(f"/desk/cases/{ref}"))
    version = str(file_of(ref, actor=actor_of(LIN), now=now).case.version)
    back = director.post(f"/desk/cases/{ref}/act/send_back", version=version, reason="住所过长，执照印不下")
    assert back.status_code == 303
    assert file_of(ref, actor=actor_of(LIN), now=now).case.state == "under_examination"
