"""The search of the desk and its narrowed lists, for programs."""

from collections.abc import Callable

from registration import clock
from tests.fixtures.cases import person
from tests.fixtures.cases_of_others import at_agencies
from tests.fixtures.office import LIN
from tests.registration.api.conftest import Program


def test_programs_search_and_narrow_alike(app: object, program: Callable[[str], Program]) -> None:
    ref = at_agencies(clock.now())
    clerk, officer = program("0418"), program("3301")
    found = clerk.get("/search?q=tqwz").json["items"]
    assert [(row["ref"], row["found_by"]) for row in found] == [(ref, [{"kind": "pinyin", "text": "tqwzxxkjyxgs"}])]
    (row,) = clerk.get(f"/search?q={person('p1')['id_no']}").json["items"]
    assert row["found_by"] == [{"kind": "identity", "text": ""}]
    assert [row["ref"] for row in officer.get("/search?q=听泉").json["items"]] == [ref]
    assert officer.get("/search?q=样例街道").json["items"] == []
    assert program(LIN).get("/search?q=x").status_code == 403
    for query, number in (("agency=organization_code", 1), ("entity_type=individual", 0), ("sort=name", 1)):
        assert len(clerk.get(f"/inbox?view=waiting&{query}").json["items"]) == number, query
    assert clerk.get("/inbox?sort=strange").status_code == 422
