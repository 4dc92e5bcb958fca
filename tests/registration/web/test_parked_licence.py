"""A licence that could not be made: what staff, applicant and operator read, and the way back through the pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from registration import clock, database
from registration.models import Message
from registration.operations.act import act
from tests.fixtures.cases import actor_of, file_of, nameless, submitted
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
LIN, CLERK, DIRECTOR = "lin@example.cn", "0318", "0320"


def parked() -> str:
    now = clock.now()
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    act(ref, "approve", actor=actor_of(CLERK), now=now, opinion="符合")
    with database.transaction() as session:
        message = session.exec(select(Message).where(Message.effect == "issue.licence")).one()
        message.parked_at, message.attempts = now + timedelta(minutes=50), 5
        message.last_error = "RenderError: render.overflow"
    return ref


def test_staff_read_on_every_tab_why_there_is_no_licence(visit: Visit) -> None:
    ref = parked()
    director = visit(DIRECTOR)
    for tab in ("", "/history", "/papers", "/flow"):
        page = words(director.get(f"/desk/cases/{ref}{tab}"))
        assert "执照没有制成" in page
        assert "render.overflow" in page


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "制作中遇到了问题，登记机关已经知道"), ("en", "We were told of a problem with it")]
)
def test_the_applicant_reads_it_in_plain_words(visit: Visit, lang: str, told: str) -> None:
    ref = parked()
    page = words(visit(LIN, lang=lang).get(f"/applications/{ref}"))
    assert told in page
    assert "render.overflow" not in page


def test_the_director_sends_it_back_with_a_reason(visit: Visit) -> None:
    ref = parked()
    director, lin = visit(DIRECTOR), visit(LIN)
    version = str(file_of(ref, actor=actor_of(LIN), now=clock.now()).case.version)
    assert "撤回核准，退回审查" in words(director.get(f"/desk/cases/{ref}"))
    silent = director.post(f"/desk/cases/{ref}/act/send_back", version=version)
    assert silent.status_code == 409
    unprintable = director.post(f"/desk/cases/{ref}/act/send_back", version=version, reason="印不出来😀")
    assert unprintable.status_code == 422
    assert "U+1F600" in words(unprintable)
    done = director.post(f"/desk/cases/{ref}/act/send_back", version=version, reason="执照印不出来")
    assert done.status_code == 303
    assert "重新审查" in words(lin.get(f"/applications/{ref}"))
    assert "执照没有制成" not in words(director.get(f"/desk/cases/{ref}"))
