"""What an applicant has not handed in is nobody's business: no clerk finds, opens or unmasks it."""

from collections.abc import Callable

import pytest

from registration import clock
from registration.operations import apply, samples
from registration.operations.act import act
from tests.fixtures.cases import actor_of, draft, file_of, individual, person, sign_all, submitted
from tests.fixtures.visitor import Visitor, words
from tests.registration.api.conftest import Program
from tests.registration.world import ITEM

Sign = Callable[[str], Program]
LIN = "lin@example.cn"
TRADE = "双溪样例"
OFFICE = [one.login for one in samples.ACCOUNTS if one.login[:2] == "03" or one.login.startswith("33")]


@pytest.fixture
def unsent(app: object) -> str:
    return draft("individual", individual(trade=TRADE), registrar="330702", actor=actor_of(LIN), now=clock.now())


@pytest.mark.parametrize("state", ["draft", "signing", "withdrawn"])
def test_no_role_reads_it_in_the_api(unsent: str, program: Sign, state: str) -> None:
    lin, now = actor_of(LIN), clock.now()
    if state != "draft":
        act(unsent, "request_signatures" if state == "signing" else "withdraw", actor=lin, now=now)
    (material, *_) = (one.ref for need in file_of(unsent, actor=lin, now=now).needs for one in need.files)
    for login in OFFICE:
        clerk = program(login)
        for path in ("", "/materials", f"/materials/{material}", "/changes", "/explanation", "/licences"):
            answer = clerk.get(f"/applications/{unsent}{path}")
            assert answer.status_code == 404, (login, path, answer.json)
        look = {"path": "people.0.id_no", "reason": "好奇"}
        assert clerk.post(f"/applications/{unsent}/sensitive", json=look).status_code == 404
        assert clerk.act(unsent, "claim").status_code == 404


@pytest.mark.thorough
def test_no_page_and_no_list_shows_it(unsent: str, visit: Callable[..., Visitor]) -> None:
    lin, now = actor_of(LIN), clock.now()
    (material, *_) = (one.ref for need in file_of(unsent, actor=lin, now=now).needs for one in need.files)
    for login in ("0317", "0318", "0319", "0320", "0321"):
        clerk = visit(login)
        for tab in ("", "/changes", "/history", "/flow", "/why", "/papers"):
            assert clerk.get(f"/desk/cases/{unsent}{tab}").status_code == 404, (login, tab)
        for path in (f"/materials/{material}", f"/materials/{material}/pages/1.png"):
            assert clerk.get(path).status_code == 404, (login, path)
        for view in ("mine", "unclaimed", "waiting", "approval", "overdue", "done"):
            for sought in ("", unsent, TRADE, person("p1")["id_no"]):
                listed = words(clerk.get("/desk/inbox", query_string={"view": view, "q": sought}))
                assert f"{unsent} " not in listed.replace(f"搜索 {unsent}", "")
                assert "没有" in listed


def test_a_correction_in_the_making_is_read_as_it_was_handed_in(app: object, program: Sign) -> None:
    """Sent back for correction the file is the applicant's again: what is changed there is a draft, too."""
    lin, clerk, now = actor_of(LIN), actor_of("0318"), clock.now()
    ref = submitted("individual", individual(trade=TRADE), registrar="330702", actor=lin, now=now)
    act(ref, "claim", actor=clerk, now=now)
    act(ref, "request_correction", actor=clerk, now=now, items=[ITEM])
    changed = individual(trade=TRADE)["domicile"] | {"street": "样例街道未提交路9号"}
    apply.save_section(ref, "domicile", changed, actor=lin, now=now)
    caller = program("0318")
    assert "未提交路" not in str(caller.get(f"/applications/{ref}").json)
    sign_all(ref, actor=lin, now=clock.now())
    assert "未提交路" in str(caller.get(f"/applications/{ref}").json)


def test_full_values_are_for_the_holder_of_the_file(app: object, program: Sign, visit: Callable[..., Visitor]) -> None:
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    look = {"path": "people.0.id_no", "reason": "核对证件"}
    holder, colleague, director = program("0318"), program("0317"), program("0320")
    assert holder.post(f"/applications/{ref}/sensitive", json=look).status_code == 403
    act(ref, "claim", actor=actor_of("0318"), now=clock.now())
    for other in (colleague, director):
        assert other.post(f"/applications/{ref}/sensitive", json=look).status_code == 403
    assert holder.post(f"/applications/{ref}/sensitive", json=look).json["value"] == person("p1")["id_no"]
    assert "完整显示" in words(visit("0318").get(f"/desk/cases/{ref}"))
    assert "完整显示" not in words(visit("0317").get(f"/desk/cases/{ref}"))
    act(ref, "release", actor=actor_of("0318"), now=clock.now())
    assert holder.post(f"/applications/{ref}/sensitive", json=look).status_code == 403
