"""A case that is with the office, or over, gives no new signing links: they would open its file to a stranger."""

from collections.abc import Callable

import pytest

from registration import clock
from registration.operations.act import act
from tests.fixtures.cases import actor_of, draft, file_of, individual, submitted
from tests.fixtures.visitor import Visitor, words
from tests.registration.api.conftest import Program

Sign = Callable[[str], Program]
LIN = "lin@example.cn"


def ended(how: str) -> str:
    lin, now = actor_of(LIN), clock.now()
    if how == "withdrawn draft":
        ref = draft("individual", individual(), registrar="330702", actor=lin, now=now)
        act(ref, "request_signatures", actor=lin, now=now)
        act(ref, "reopen", actor=lin, now=now)
        act(ref, "withdraw", actor=lin, now=now)
        return ref
    ref = submitted("individual", individual(), registrar="330702", actor=lin, now=now)
    if how == "withdrawn":
        act(ref, "withdraw", actor=lin, now=now)
    if how == "refused":
        act(ref, "refuse_scope", actor=actor_of("0317"), now=now, reason="不属于本机关", competent_body="金华市文化局")
    return ref


@pytest.mark.parametrize("how", ["submitted", "withdrawn", "withdrawn draft", "refused"])
def test_neither_api_nor_page_gives_one(app: object, program: Sign, visit: Callable[..., Visitor], how: str) -> None:
    ref = ended(how)
    lin, browser = program(LIN), visit(LIN)
    (party, *_) = [one.party.ref for one in file_of(ref, actor=actor_of(LIN), now=clock.now()).signatures]
    for path in ("signing-links", f"signing-links/{party}"):
        refused = lin.post(f"/applications/{ref}/{path}")
        assert (refused.status_code, refused.json["code"]) == (409, "signing_is_over")
    for path in ("", f"/{party}/renew"):
        page = browser.post(f"/applications/{ref}/signatures{path}")
        assert page.status_code == 409
        assert "没有签名链接" in words(page)
    assert "显示签名链接" not in words(browser.get(f"/applications/{ref}/signatures"))
