"""Nobody is typed twice: the persons of an applicant's earlier applications, and the applicant, are offered."""

import re
from collections.abc import Callable

from registration import clock
from registration.rules.identity import mask_id
from tests.fixtures.applicant_pages import typed
from tests.fixtures.cases import NEVER_GIVEN, actor_of, company, draft, individual, limited_partnership, person
from tests.fixtures.visitor import Visitor, value_of, words
from tests.registration.web.test_apply import LIN, ZHOU, begun, form_of, summary

Visit = Callable[..., Visitor]


def offered(visitor: Visitor, ref: str) -> dict[str, str]:
    """Name -> source."""
    page = visitor.get(f"/applications/{ref}/people")
    assert page.status_code == 200
    found = re.findall(r'name="source" value="([^"]+)".*?<span [^>]+>([^<]+)', page.text)
    return {name: source for source, name in found}


def test_a_person_of_an_earlier_application_is_added_with_one_button(visit: Visit) -> None:
    before = draft("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    ref, lin = begun("individual"), visit(LIN)
    assert set(offered(lin, ref)) >= {"苏知禾", "周远舟", "江暮云"}
    page = words(lin.get(f"/applications/{ref}/people"))
    number = form_of(before)["people"][0]["id_no"]
    assert mask_id(number) in page
    assert number not in page
    added = lin.post(f"/applications/{ref}/people/known", source=offered(lin, ref)["周远舟"])
    assert added.location.endswith("/people")
    old, new = form_of(before)["people"][1], form_of(ref)["people"][0]
    assert new == {**old, "key": "p1"}
    assert "周远舟" not in offered(lin, ref)


def test_the_applicant_types_neither_name_nor_address(visit: Visit) -> None:
    ref, lin = begun("individual"), visit(LIN)
    [(name, source)] = offered(lin, ref).items()
    page = lin.get(lin.post(f"/applications/{ref}/people/known", source=source).location)
    assert value_of(page, "people.p1.name") == name
    assert value_of(page, "people.p1.email") == LIN
    assert not offered(lin, ref)


def test_an_organization_is_offered_where_the_type_has_some(visit: Visit) -> None:
    draft("lp", limited_partnership(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin, firm = visit(LIN), "浙江样例云栖管理有限公司"
    assert firm in offered(lin, begun("llc"))
    assert firm not in offered(lin, begun("individual"))


def test_who_has_no_name_yet_is_offered_nowhere(visit: Visit) -> None:
    before, lin = begun("lp"), visit(LIN)
    sent = {"people.p1.kind": "legal", "people.p1.uscc": NEVER_GIVEN}
    assert lin.post(f"/applications/{before}/people/p1?kind=legal", data=sent).status_code == 422
    assert form_of(before)["people"][0]["uscc"] == NEVER_GIVEN
    assert "浙江样例云栖管理有限公司" not in offered(lin, begun("lp"))


def test_nobody_is_taken_from_another_account(visit: Visit) -> None:
    foreign = draft("individual", individual(), registrar="330702", actor=actor_of(ZHOU), now=clock.now())
    ref, lin = begun("individual"), visit(LIN)
    assert "苏知禾" not in offered(lin, ref)
    for source in (f"{foreign}/p1", "", "account/p1", "account"):
        lin.post(f"/applications/{ref}/people/known", source=source)
    assert [one["name"] for one in form_of(ref)["people"]] == ["林知夏"]


def test_the_sex_is_in_the_number(visit: Visit) -> None:
    ref, lin = begun("individual"), visit(LIN)
    sent = {name: value for name, value in typed("people.p1", person("p2")).items() if not name.endswith(".sex")}
    wrong = lin.post(f"/applications/{ref}/people/p1", data={**sent, "people.p1.id_no": "330703189211040421"})
    assert [anchor for anchor, _text in summary(wrong)] == ["people.p1.id_no"]
    assert lin.post(f"/applications/{ref}/people/p1", data=sent).status_code == 303
    assert form_of(ref)["people"][0]["sex"] == person("p2")["sex"]
    passport = {**sent, "people.p1.id_type": "passport", "people.p1.id_no": "E12345678"}
    asked = lin.post(f"/applications/{ref}/people/p1", data=passport)
    assert {anchor for anchor, _text in summary(asked)} == {"people.p1.sex", "people.p1.born_on"}
