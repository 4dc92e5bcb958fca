"""Internal notes on a file: written once, seen by colleagues, mentioned in the inbox, and by nobody else."""

from collections.abc import Callable

from sqlmodel import select

from registration import database
from registration.models import CaseNote
from tests.fixtures.office import CLERK, LIN, WINDOW
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
NOTE = "电话里说好周五补交租赁合同"


def test_a_note_is_for_the_office_alone(examined: str, visit: Visit) -> None:
    clerk, lin, address = visit(CLERK), visit(LIN), f"/desk/cases/{examined}/notes"
    empty = clerk.post(address, words=" ")
    assert empty.status_code == 422
    assert 'href="#words"' in empty.text
    assert clerk.post(address, words=NOTE).location == address
    with database.reading() as session:
        assert NOTE not in session.exec(select(CaseNote)).one().words
    seen = words(visit(WINDOW).get(address))
    assert NOTE in seen
    assert "0318号" in seen
    assert "备注1条" in words(clerk.get("/desk/inbox"))
    assert "内部备注 1" in words(clerk.get(f"/desk/cases/{examined}/history"))
    assert lin.get(address).status_code == 403
    for path in ("", "/messages"):
        page = lin.get(f"/applications/{examined}{path}")
        assert page.status_code == 200
        assert NOTE not in page.text
        assert "备注" not in page.text
