"""How much a page asks of the database."""

from collections.abc import Callable

import pytest

from registration import clock
from tests.fixtures.cases import actor_of, company, draft
from tests.fixtures.office import CLERK, LIN, file_in
from tests.fixtures.statements import selects
from tests.fixtures.visitor import Visitor
from tests.registration.web.test_agencies import SOCIAL, with_the_agencies

Visit = Callable[..., Visitor]
# The session and the actor are one; a case and which of its tables have a row are two. At the desk a case is one, what
# its page shows of it another, and the numbers of the menu the last.
MOST = {
    "": {"/": 1, "/help": 0, "/guide/types": 0, "/log": 3},
    LIN: {
        "/applications": 3,
        "/applications/{ref}": 5,
        **{f"/applications/{{draft}}{page}": most for page, most in (("", 3), ("/check", 3), ("/name", 5))},
        **{f"/applications/{{draft}}/{page}": 4 for page in ("domicile", "scope?q=茶", "people/p1", "contacts")},
        **{f"/applications/{{draft}}/{page}": 6 for page in ("people", "documents", "materials/articles")},
    },
    CLERK: {
        "/desk/inbox?view=mine": 4,
        "/desk/inbox?view=unclaimed": 4,
        "/desk/cases/{ref}": 4,
        **{f"/desk/cases/{{ref}}/{tab}": 4 for tab in ("changes", "history", "flow", "papers", "parts")},
        "/desk/cases/{ref}/why": 5,
        "/desk/cases/{ref}/ask/approve": 4,
    },
}
# The parts of a case are read with the access to it, before the page.
OF_AGENCY = {"/agencies/inbox": 3, "/agencies/cases/{ref}/social_insurance": 5}


def ask_at_most(visitor: Visitor, path: str, most: int) -> None:
    visitor.get(path)
    with selects() as found:
        assert visitor.get(path).status_code == 200, path
    asked = [f"{statement} {values}" for statement, values in found]
    assert sorted(asked) == sorted(set(asked)), path
    assert len(asked) <= most, (path, asked)


def a_draft() -> str:
    return draft("llc", company(trade="松间照石"), registrar="330702", actor=actor_of(LIN), now=clock.now())


def test_a_page_asks_little_and_each_thing_once(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    # The home page of a demonstration counts anew with each minute.
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    ref, kept = file_in(claimed_by=CLERK), a_draft()
    for login, pages in MOST.items():
        visitor = visit(login)
        for path, most in pages.items():
            ask_at_most(visitor, path.format(ref=ref, draft=kept), most)


@pytest.mark.parametrize(("path", "most"), [("", 7), ("/draft", 6)])
def test_a_saved_page_reads_what_it_answers_with(visit: Visit, path: str, most: int) -> None:
    """The person who saves sees what is stored, of which the statements before the write know nothing."""
    visitor, page = visit(LIN), f"/applications/{a_draft()}/domicile"
    answers = {"domicile.street": "样例街道9号"}
    visitor.post(f"{page}/draft", data=answers)
    with selects() as found:
        answer = visitor.post(f"{page}{path}", data={"domicile.street": "样例街道10号"})
    assert answer.status_code in (200, 303, 422)
    assert len(found) <= most, found
    assert "样例街道10号" in visitor.get(page).text


def test_an_officers_pages_ask_little(visit: Visit) -> None:
    ref, officer = with_the_agencies(), visit(SOCIAL)
    for path, most in OF_AGENCY.items():
        ask_at_most(officer, path.format(ref=ref), most)
