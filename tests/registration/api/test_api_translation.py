"""The English page over the interface: asked for, listed among the papers, fetched."""

from collections.abc import Callable

from tests.fixtures.cases import individual
from tests.registration.api.conftest import Program
from tests.registration.api.test_api_journey import Programs, fill, ok, sign_all
from tests.registration.api.test_api_journey import database_url as database_url


def test_a_program_asks_for_the_translation(program: Programs, stranger: Program, work: Callable[[], None]) -> None:
    lin, clerk = program("lin@example.cn"), program("0318")
    ref = fill(lin, "individual", "330702", individual())
    sign_all(lin, stranger, ref)
    early = lin.post(f"/applications/{ref}/translation")
    assert (early.status_code, early.get_json()["code"]) == (409, "licence_not_issued")
    ok(clerk.act(ref, "claim"))
    ok(clerk.act(ref, "approve", opinion="符合法定形式"))
    work()
    answer = lin.post(f"/applications/{ref}/translation")
    assert (answer.status_code, answer.get_json()["ready"]) == (202, False)
    work()
    assert lin.post(f"/applications/{ref}/translation").get_json()["ready"]
    paper = answer.get_json()["paper"]
    assert paper in [one["paper"] for one in ok(lin.get(f"/applications/{ref}/papers"))["items"]]
    assert lin.get(f"/applications/{ref}/papers/{paper}").data.startswith(b"%PDF-")
