"""One rule for e-mail addresses, wherever one is given: at sign-up, in the form, for staff."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.clock import now
from registration.errors import InvalidInput
from registration.gateways.mail import Mail, compose
from registration.keys.account_names import login_key
from registration.operations import sign_up, staff
from registration.rules.email_address import NotAnAddress, address_key, address_problems, tidy_address
from registration.rules.form import read_section
from registration.rules.privacy_notice import notice_version
from registration.rules.problems import problem_text
from registration.settings import Settings
from tests.fixtures.cases import company

REFUSED = {
    "lin\u200b@example.cn": "text.unseen",
    "lin@exam\u200bple.cn": "text.unseen",
    "lin@exam\u00adple.cn": "text.unseen",
    "lin@example.cn\u202e": "text.unseen",
    "lin\x00@example.cn": "text.unseen",
    "lin@example\x1f.cn": "text.unseen",
    "\ufefflin@example.cn": "text.unseen",
    "<b>@example.cn": "email.malformed",
    "<b>@x": "email.malformed",
    "lin@x": "email.malformed",
    "lin": "email.malformed",
    "@example.cn": "email.malformed",
    "lin@": "email.malformed",
    "lin@@example.cn": "email.malformed",
    "l in@example.cn": "email.malformed",
    "lin..zhi@example.cn": "email.malformed",
    ".lin@example.cn": "email.malformed",
    "lin@-example.cn": "email.malformed",
    "lin@exam_ple.cn": "email.malformed",
    "lin@example..cn": "email.malformed",
    "lin@[192.0.2.1]": "email.malformed",
    "lin@192.0.2.1": "email.malformed",
    '"lin zhi"@example.cn': "email.malformed",
    "林知夏 <lin@example.cn>": "email.malformed",
    "Lin <lin@example.cn>": "email.malformed",
    "lin@example.cn, zhou@example.cn": "email.malformed",
    "lin@localhost": "email.malformed",
    "lin@example.invalid": "email.malformed",
    f"{'l' * 65}@example.cn": "email.malformed",
    f"lin@{'e' * 250}.cn": "email.malformed",
    "tést@exämple.cn": "email.local_part",
    "林知夏@例子.中国": "email.local_part",
    "=?utf-8?b?bGlu?=@example.cn": "email.encoded_word",
    "=?utf-8?q?lin?=x@example.cn": "email.encoded_word",
    "lin@example.cn\r\nBcc: zhou@example.cn": "text.unseen",
}
TAKEN = {
    "lin@example.cn": "lin@example.cn",
    " Lin.Zhi+xia@EXAMPLE.cn ": "Lin.Zhi+xia@example.cn",
    "lin@例子.中国": "lin@例子.中国",
    "lin@xn--fsqu00a.xn--fiqs8s": "lin@例子.中国",
    "ｌｉｎ＠ｅｘａｍｐｌｅ．ｃｎ": "lin@example.cn",
    "lin@例子。中国": "lin@例子.中国",
    "lin@exämple.cn": "lin@exämple.cn",
    "o'brien@example.cn": "o'brien@example.cn",
}


@pytest.mark.parametrize(("address", "code"), REFUSED.items())
def test_it_is_refused_everywhere_with_the_same_words(settings: Settings, address: str, code: str) -> None:
    (problem,) = address_problems(address)
    assert problem.code == code
    assert all(problem_text(problem, lang) for lang in ("zh", "en"))
    with pytest.raises(InvalidInput) as refusal:
        sign_up.begin(address, "窗前有一株老梅树", "苏知禾", consent=notice_version(), now=now())
    # Without an at sign it could also have been a mobile number, which an account may have instead.
    assert (code if "@" in address else "address.malformed") in {one.code for one in refusal.value.problems}
    with pytest.raises(InvalidInput) as refusal:
        staff.set_email("0318", address, now=now())
    assert [one.code for one in refusal.value.problems] == [code]
    for section, value, path in _places(address):
        assert (path, code) in {(one.path, one.code) for one in read_section(section, value).problems}


@pytest.mark.parametrize(("address", "kept"), TAKEN.items())
def test_it_is_taken_and_kept_in_one_form(settings: Settings, address: str, kept: str) -> None:
    assert tidy_address(address) == kept
    assert login_key(address) == login_key(kept)
    for section, value, path in _places(address):
        read = read_section(section, value)
        assert path not in {one.path for one in read.problems}
        assert kept in str(read.kept)
    to = str(compose(Mail(kept, "验证码", "123456"), sender="heyi@example.cn", at=now())["To"])
    assert to.isascii()


@given(st.text(max_size=40) | st.emails())
def test_whatever_is_typed_has_one_form(text: str) -> None:
    try:
        kept = tidy_address(text)
    except NotAnAddress:
        address_key(text)
        return
    assert tidy_address(kept) == kept
    assert address_key(kept) == address_key(text)
    assert kept.isprintable()
    assert "=?" not in kept
    assert kept.partition("@")[0].isascii()


def _places(address: str) -> list[tuple[str, object, str]]:
    """The sections of the form in which an address is given, with the path of the field."""
    form = company()
    form["people"][0]["email"] = address
    domicile = {**form["domicile"], "email": address}
    contacts = {**form["contacts"], "liaison": {"person": "p1", "email": address}}
    return [
        ("people", form["people"], "people.0.email"),
        ("domicile", domicile, "domicile.email"),
        ("contacts", contacts, "contacts.liaison.email"),
    ]
