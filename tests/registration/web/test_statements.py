"""How much a page asks of the database."""

from collections.abc import Callable

import pytest

from registration import clock
from tests.fixtures.office import CLERK, LIN, file_in
from tests.fixtures.statements import selects
from tests.fixtures.visitor import Visitor

Visit = Callable[..., Visitor]
# The session and the actor are one; a case and which of its tables have a row are two.
MOST = {
    "": {"/": 1, "/help": 0, "/guide/types": 0, "/log": 3},
    LIN: {"/applications": 3, "/applications/{ref}": 14},
    CLERK: {"/desk/inbox?view=mine": 11, "/desk/inbox?view=unclaimed": 9, "/desk/cases/{ref}": 16},
}


def test_a_page_asks_little_and_each_thing_once(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    # The home page of a demonstration counts anew with each minute.
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    ref = file_in(claimed_by=CLERK)
    for login, pages in MOST.items():
        visitor = visit(login)
        for path, most in pages.items():
            visitor.get(path.format(ref=ref))
            with selects() as found:
                assert visitor.get(path.format(ref=ref)).status_code == 200, path
            asked = [f"{statement} {values}" for statement, values in found]
            assert sorted(asked) == sorted(set(asked)), path
            assert len(asked) <= most, (path, asked)
