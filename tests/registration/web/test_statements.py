"""How much a page of the desk asks of the database."""

from collections.abc import Callable

from tests.fixtures.office import CLERK, file_in
from tests.fixtures.statements import selects
from tests.fixtures.visitor import Visitor

MOST_OF_A_FILE = 18


def test_the_file_of_the_desk_asks_each_thing_once(visit: Callable[..., Visitor]) -> None:
    ref, clerk = file_in(claimed_by=CLERK), visit(CLERK)
    clerk.get(f"/desk/cases/{ref}")
    with selects() as found:
        assert clerk.get(f"/desk/cases/{ref}").status_code == 200
    asked = [f"{statement} {values}" for statement, values in found]
    assert sorted(asked) == sorted(set(asked))
    assert len(asked) <= MOST_OF_A_FILE
