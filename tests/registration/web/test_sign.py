"""The signer's road behind a link: identity first, then the whole file, then a signature under exactly that."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from registration import clock
from registration.documents import uploads
from registration.errors import Forbidden
from registration.gateways.storage import storage
from registration.operations import apply, sign
from registration.operations.act import act
from registration.operations.sign import Identity
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, file_of, individual, person
from tests.fixtures.visitor import Visitor, value_of, words

Visit = Callable[..., Visitor]
LIN = "lin@example.cn"


def asked(form: dict[str, Any], kind: str = "llc") -> tuple[str, dict[str, str]]:
    """A case that waits for signatures: its reference, and the link of each person by key."""
    actor, now = actor_of(LIN), clock.now()
    ref = draft(kind, form, registrar="330702", actor=actor, now=now)
    act(ref, "request_signatures", actor=actor, now=now)
    links = sign.links_for(ref, actor=actor, now=now)
    keys = {one.party.ref: one.party.person_key for one in file_of(ref, actor=actor, now=now).signatures}
    return ref, {keys[party]: f"/sign/{secret}" for party, secret in links.items()}


def state_of(ref: str) -> str:
    return str(file_of(ref, actor=actor_of(LIN), now=clock.now()).case.state)


def prove(somebody: Visitor, link: str, key: str) -> None:
    assert somebody.post(f"{link}/identity", id_no=person(key)["id_no"]).location == link


def give(somebody: Visitor, link: str) -> None:
    page = somebody.get(link)
    assert somebody.post(link, digest=value_of(page, "digest"), agreed="yes").location == link


def test_a_link_that_leads_nowhere_says_what_to_do(visit: Visit) -> None:
    answer = visit().get("/sign/mistyped")
    assert answer.status_code == 404
    assert "请申请人再发一个链接" in words(answer)
    assert visit().post("/sign/mistyped", agreed="yes").status_code == 404
    assert visit().post("/sign/mistyped/identity", id_no="1").status_code == 404


def test_identity_comes_first(visit: Visit) -> None:
    ref, links = asked(company())
    somebody = visit()
    first = words(somebody.get(links["p1"]))
    assert "林知夏正在申请设立" in first
    assert "股东、法定代表人、董事、经理" in first
    assert "演示：这里只检查号码" in first
    assert "样例街道" not in first
    assert "请输入您的证件号码" in words(somebody.post(f"{links['p1']}/identity", id_no=" "))
    wrong = somebody.post(f"{links['p1']}/identity", id_no=person("p2")["id_no"])
    assert wrong.status_code == 422
    assert "与申请中填写的不一致" in words(wrong)
    assert somebody.post(links["p1"], agreed="yes").location == links["p1"]
    assert state_of(ref) == "signing"
    prove(somebody, links["p1"], "p1")
    assert "样例街道双溪路88号3幢201室" in words(somebody.get(links["p1"]))


def test_a_signer_sees_the_own_data_whole_and_the_others_in_part(visit: Visit) -> None:
    _ref, links = asked(company())
    somebody = visit()
    prove(somebody, links["p2"], "p2")
    page = somebody.get(links["p2"]).text
    assert person("p2")["id_no"] in page
    assert person("p1")["id_no"] not in page
    assert "138****0001" in page


def test_a_link_that_was_passed_on_shows_nothing_to_another_browser(visit: Visit) -> None:
    _ref, links = asked(company())
    prove(visit(), links["p1"], "p1")
    another = visit()
    assert "样例街道" not in words(another.get(links["p1"]))
    assert another.post(links["p1"], agreed="yes").location == links["p1"]
    assert "签名已经完成" not in words(another.get(links["p1"]))


def test_the_last_signature_submits(visit: Visit) -> None:
    ref, links = asked(company())
    for place, (key, link) in enumerate(links.items(), 1):
        somebody = visit()
        prove(somebody, link, key)
        page = somebody.get(link)
        unticked = somebody.post(link, digest=value_of(page, "digest"))
        assert unticked.status_code == 422
        assert 'href="#agreed"' in unticked.text
        give(somebody, link)
        assert ("已经提交给登记机关" if place == len(links) else "还差") in words(somebody.get(link))
    assert state_of(ref) == "submitted"
    assert "签名已经完成" in words(visit().get(links["p1"]))


def test_what_was_changed_meanwhile_is_shown_before_it_is_signed(visit: Visit) -> None:
    ref, links = asked(individual(), "individual")
    somebody = visit()
    prove(somebody, links["p1"], "p1")
    digest = value_of(somebody.get(links["p1"]), "digest")
    lin, now = actor_of(LIN), clock.now()
    act(ref, "reopen", actor=lin, now=now)
    apply.save_section(ref, "social", {"headcount": 7}, actor=lin, now=now)
    act(ref, "request_signatures", actor=lin, now=now)
    stale = somebody.post(links["p1"], digest=digest, agreed="yes")
    assert stale.status_code == 409
    assert "申请刚刚改过" in words(stale)
    assert value_of(stale, "digest") != digest
    assert state_of(ref) == "signing"


def test_a_signer_sees_the_documents(visit: Visit, settings: Settings) -> None:
    buffer = BytesIO()
    Image.new("RGB", (40, 60), "white").save(buffer, "PNG")
    lin, now = actor_of(LIN), clock.now()
    ref = draft("individual", individual(), registrar="330702", actor=lin, now=now)
    judged = uploads.judge(buffer.getvalue(), "lease.png")
    stored = uploads.keep(buffer.getvalue(), judged, storage=storage(settings))
    apply.attach(ref, "power_of_attorney", stored, actor=lin, now=now)
    act(ref, "request_signatures", actor=lin, now=now)
    (link,) = (f"/sign/{secret}" for secret in sign.links_for(ref, actor=lin, now=now).values())
    somebody = visit()
    prove(somebody, link, "p1")
    pictures = re.findall(r'src="(/sign/[^"]+/pages/1\.png)"', somebody.get(link).text)
    assert pictures
    picture = somebody.get(pictures[-1])
    assert picture.mimetype == "image/png"
    with Image.open(BytesIO(picture.data)) as page:
        assert page.size == (40, 60)
    assert visit().get(pictures[-1]).status_code == 404
    assert visit("zhou@example.cn").get(pictures[-1].replace(link, "")).status_code == 404


def test_guessing_numbers_is_slowed_down(visit: Visit) -> None:
    _ref, links = asked(individual(), "individual")
    somebody = visit()
    answers = [somebody.post(f"{links['p1']}/identity", id_no="330702189503071214"[:-1] + str(n)) for n in range(8)]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    ("name", "blanks"),
    [("买买提•艾力", ""), ("买买提．艾力", " "), ("买买提・艾力", ""), ("买买提 艾力", ""), ("买买提艾力", " ")],
)
def test_a_signer_is_the_same_however_name_and_number_are_typed(visit: Visit, name: str, blanks: str) -> None:
    form = company()
    form["people"][0]["name"] = "买买提·艾力"
    _ref, links = asked(form)
    secret = links["p1"].rpartition("/")[2]
    number = person("p1")["id_no"]
    wide = blanks.join(chr(ord(char) + 0xFEE0) for char in number)
    sign.identify(secret, Identity(True, "test", name, wide), now=clock.now())
    assert visit().post(f"{links['p1']}/identity", id_no=wide).location == links["p1"]
    with pytest.raises(Forbidden):
        sign.identify(secret, Identity(True, "test", "买买提·艾利", number), now=clock.now())
    with pytest.raises(Forbidden):
        sign.identify(secret, Identity(True, "test", name, person("p2")["id_no"]), now=clock.now())
