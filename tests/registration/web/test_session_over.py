"""A session that ends while a person types: nothing typed is lost, and nothing from elsewhere is sent."""

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from registration import clock
from registration.operations import samples
from tests.fixtures.cases import actor_of, file_of
from tests.fixtures.visitor import Visitor, words
from tests.registration.web.test_apply import LIN, begun

Visit = Callable[..., Visitor]
STREET = {"domicile.street": "双溪西路 <1> & 99号", "domicile.town": "三江街道"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def signed_out(visit: Visit) -> Visitor:
    """Lin with the page still open, after the session has ended."""
    lin = visit(LIN)
    lin.token()
    lin.client.delete_cookie("heyi")
    return lin


def hidden(answer: TestResponse) -> dict[str, str]:
    """The hidden inputs of the page's own form, which is its last but that of the sign-out."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    return {unescape(name): unescape(value) for name, value in found}


def signed_in_again(visitor: Visitor, refused: TestResponse, password: str = samples.PASSWORD) -> TestResponse:
    return visitor.client.post("/sign-in", data={**hidden(refused), "login": LIN, "password": password})


def street(ref: str) -> Any:
    return file_of(ref, actor=actor_of(LIN), now=clock.now()).form.get("domicile", {}).get("street")


def test_a_form_that_was_sent_is_sent_again_after_signing_in(signed_out: Visitor) -> None:
    ref = begun()
    refused = signed_out.post(f"/applications/{ref}/domicile", data=STREET)
    assert refused.status_code == 401
    assert "填写的内容没有丢失" in words(refused)
    wrong = signed_in_again(signed_out, refused, "not the password 0")
    assert wrong.status_code == 422
    again = signed_in_again(signed_out, wrong)
    assert again.status_code == 200
    assert "您已经重新登录" in words(again)
    assert "退出" in words(again)
    target = re.findall(r'<form method="post" action="(/applications[^"]+)"', again.text)
    assert target == [f"/applications/{ref}/domicile"]
    saved = signed_out.client.post(target[0], data=hidden(again))
    assert saved.status_code in (303, 422)
    assert street(ref) == "双溪西路 <1> & 99号"


def test_an_action_without_fields_goes_on_too(signed_out: Visitor) -> None:
    ref = begun()
    refused = signed_out.post(f"/applications/{ref}/check")
    again = signed_in_again(signed_out, refused)
    assert f'action="/applications/{ref}/check"' in again.text


def test_a_file_is_asked_for_again_by_its_name(signed_out: Visitor) -> None:
    ref = begun()
    page = f"/applications/{ref}/materials/domicile_proof"
    refused = signed_out.post(page, file=(io.BytesIO(b"%PDF-1.7"), "租赁合同.pdf"), note="三页")
    again = signed_in_again(signed_out, refused)
    assert "请重新选择文件“租赁合同.pdf”" in words(again)
    assert 'enctype="multipart/form-data"' in again.text
    assert hidden(again)["note"] == "三页"


def test_what_another_site_sent_is_not_carried(signed_out: Visitor) -> None:
    ref = begun()
    page = f"/applications/{ref}/domicile"
    from_elsewhere = signed_out.client.post(page, data=STREET, headers={"Sec-Fetch-Site": "cross-site"})
    without_token = signed_out.client.post(page, data=STREET)
    for refused in (from_elsewhere, without_token):
        assert refused.status_code == 303
        assert refused.location.startswith("/sign-in")


def test_a_password_is_not_written_into_a_page(signed_out: Visitor) -> None:
    refused = signed_out.post("/account/password", current="one secret 1234", new="another secret 1234")
    assert refused.status_code == 303
    assert "secret" not in refused.text


def test_a_new_password_on_an_old_page_is_not_written_into_another(visit: Visit) -> None:
    typed = {"email": "new@example.cn", "password": "a secret of 1234 words", "csrf_token": "of a page of before"}
    answer = visit().client.post("/sign-up", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert "a secret of" not in answer.text


def test_a_page_older_than_the_token_is_sent_again(visit: Visit) -> None:
    ref = begun()
    lin = visit(LIN)
    old = {**STREET, "csrf_token": "of a page of before"}
    page = f"/applications/{ref}/domicile"
    answer = lin.client.post(page, data=old, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert "这一页已经过期" in words(answer)
    assert lin.client.post(page, data=hidden(answer)).status_code in (303, 422)
    assert street(ref) == "双溪西路 <1> & 99号"
    assert lin.client.post(page, data=old, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400


def test_a_page_that_saves_itself_says_that_nothing_is_saved(signed_out: Visitor) -> None:
    ref = begun()
    page = f"/applications/{ref}/domicile/draft"
    token = signed_out.token()
    refused = signed_out.client.post(page, data=STREET, headers={**JSON, "X-CSRFToken": token})
    assert (refused.status_code, refused.get_json()["words"]) == (401, "登录已经结束，还没有保存")
    login = {"login": LIN, "password": "wrong password 0", "csrf_token": refused.get_json()["csrf"]}
    wrong = signed_out.client.post("/sign-in", data=login, headers=JSON)
    assert wrong.status_code == 422
    assert "密码不对" in wrong.get_json()["words"]
    given = signed_out.client.post("/sign-in", data={**login, "password": samples.PASSWORD}, headers=JSON)
    assert given.status_code == 200
    kept = signed_out.client.post(page, data=STREET, headers={**JSON, "X-CSRFToken": given.get_json()["csrf"]})
    assert "已自动保存" in kept.get_json()["words"]
    assert street(ref) == "双溪西路 <1> & 99号"
