"""My businesses: from the list to a draft that changes what is registered, seen before and after."""

from collections.abc import Callable

from registration import clock
from registration.operations import apply
from registration.operations.act import act
from tests.fixtures.cases import actor_of, attach, file_of, sign_all
from tests.fixtures.licences import CLERK, replacement, sheets, worked_off
from tests.fixtures.office import LIN
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
OTHER = "zhou@example.cn"


def test_a_change_is_begun_filled_in_signed_and_registered(visit: Visit, ref: str) -> None:
    owner, code = visit(LIN), sheets(ref)[0].code
    assert code in owner.get("/businesses").text
    page = owner.get(f"/businesses/{code}")
    assert "变更登记" in words(page)
    address = matter_of(page.text, code)
    assert "经营范围" in words(owner.get(address))
    nothing = owner.post(address)
    assert (nothing.status_code, "请至少选择一项" in words(nothing)) == (422, True)
    draft = owner.post(address, items="domicile").location.rsplit("/", 1)[1]
    tasks = owner.get(f"/applications/{draft}")
    assert f'href="/applications/{draft}/domicile"' in tasks.text
    assert f'href="/applications/{draft}/scope"' not in tasks.text
    assert "现在和登记的一样，请修改" in words(tasks)
    assert owner.get(f"/applications/{draft}/scope").status_code == 404
    now, lin = clock.now(), actor_of(LIN)
    domicile = dict(file_of(draft, actor=lin, now=now).form["domicile"]) | {"street": "样例街道双溪路18号"}
    apply.save_section(draft, "domicile", domicile, actor=lin, now=now)
    attach(draft, "premises_lease", actor=lin, now=now)
    shown = words(owner.get(f"/applications/{draft}/check"))
    assert shown.index("双溪路16号") < shown.index("双溪路18号")
    sign_all(draft, actor=lin, now=now)
    act(draft, "claim", actor=actor_of(CLERK), now=now)
    desk = words(visit(CLERK).get(f"/desk/cases/{draft}"))
    assert desk.index("双溪路16号") < desk.index("双溪路18号")
    act(draft, "approve", actor=actor_of(CLERK), now=now, opinion="符合法定形式")
    worked_off(now)
    assert "双溪路18号" in words(visit().get(f"/register/{code}"))
    assert "已登记" in words(owner.get(f"/applications/{draft}"))


def test_another_choice_puts_back_what_was_registered(visit: Visit, ref: str) -> None:
    owner, code = visit(LIN), sheets(ref)[0].code
    draft = start(owner, code, "domicile")
    now, lin = clock.now(), actor_of(LIN)
    domicile = dict(file_of(draft, actor=lin, now=now).form["domicile"]) | {"street": "样例街道双溪路18号"}
    apply.save_section(draft, "domicile", domicile, actor=lin, now=now)
    assert "双溪路18号" in words(owner.get(f"/applications/{draft}"))
    assert owner.post(f"/applications/{draft}/chosen").status_code == 422
    assert owner.post(f"/applications/{draft}/chosen", items="scope").status_code == 303
    page = owner.get(f"/applications/{draft}")
    assert "双溪路18号" not in words(page)
    assert f'href="/applications/{draft}/scope"' in page.text


def test_another_account_is_let_in_and_out(visit: Visit, ref: str) -> None:
    owner, other, code = visit(LIN), visit(OTHER), sheets(ref)[0].code
    assert other.get(f"/businesses/{code}").status_code == 404
    for address, refusal in (("", "没有用这个邮箱"), ("nobody@example.cn", "没有用这个邮箱"), (LIN, "您自己的账户")):
        answer = owner.post(f"/businesses/{code}/accounts", address=address)
        assert (answer.status_code, refusal in words(answer)) == (422, True)
    assert owner.post(f"/businesses/{code}/accounts", address=OTHER).status_code == 303
    assert start(other, code, "scope")
    account = next(one for one in links(owner.get(f"/businesses/{code}").text) if one.endswith("/end"))
    assert owner.post(account).status_code == 303
    assert other.get(f"/businesses/{code}").status_code == 404


def test_what_a_licence_is_replaced_for_is_read_by_signer_and_examiner(visit: Visit, ref: str) -> None:
    owner, code = visit(LIN), sheets(ref)[0].code
    begun = replacement(ref, clock.now(), "lost", "number_of_duplicates", copies=4)
    for page in (owner.get(f"/applications/{begun}/check"), visit(CLERK).get(f"/desk/cases/{begun}")):
        assert "遗失或者毁坏，补领" in words(page)
        assert "原执照各份由系统公开声明作废" in words(page)
    english = words(visit(LIN, lang="en").get(f"/businesses/{code}/licence_replacement"))
    assert "Lost or destroyed" in english
    assert english.count(begun) == 3


def start(visitor: Visitor, code: str, item: str) -> str:
    address = matter_of(visitor.get(f"/businesses/{code}").text, code)
    return visitor.post(address, items=item).location.rsplit("/", 1)[1]


def matter_of(text: str, code: str) -> str:
    """The address of the first matter that is offered."""
    return next(one for one in links(text) if one.startswith(f"/businesses/{code}/") and "/accounts" not in one)


def links(text: str) -> list[str]:
    return [one.split('"')[0] for key in ('href="', 'action="') for one in text.split(key)[1:]]
