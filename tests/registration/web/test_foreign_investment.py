"""Foreign-invested companies from the start page to the licence: an owner from abroad, Hong Kong and mainland."""

from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from registration import clock
from registration.operations import apply, sign
from registration.operations.act import act
from registration.rules.foreign_investment import is_foreign_invested
from registration.rules.form import read
from registration.rules.printing import printed_facts
from registration.settings import Settings
from tests.fixtures.applicant_pages import begun, typed
from tests.fixtures.cases import actor_of, company, draft, single, submitted
from tests.fixtures.licences import printed_texts, sheets
from tests.fixtures.office import LIN, taken
from tests.fixtures.visitor import Visitor, value_of, words, work_off
from tests.registration.documents.test_uploads import picture

Visit = Callable[..., Visitor]
EXAMINER, APPROVER = "0218", "0219"
BEFORE = ("name", "domicile", "scope", "capital", "people", "shareholders")
AFTER = ("capital", "foreign", "officers", "legal_rep", "contacts", "owners")
BORN = {"born_on": "1980-01-01", "id_long": True, "sex": "male"}
SAID = {
    "field": "open",
    "declared": True,
    "recipient": "周远舟",
    "recipient_address": "浙江省金华市婺城区样例路1号",
    "recipient_phone": "0579-82000000",
}


OFFICERS = {
    "officers.board": "single",
    "officers.supervision": "supervisors",
    "officers.post.p1": "director",
    "officers.supervisor.p2": "yes",
    "officers.manager.p1": "yes",
}
PASSPORT = {"name": "JOHN SMITH", "id_type": "passport", "id_no": "K12345678", "nation": "", **BORN}
PERMIT = {"id_type": "hk_macao_permit", "id_no": "H12345678", "nation": "", **BORN}
PAPERS = ("premises_title", "foreign_id", "legal_papers_recipient")


def with_investor(form: dict[str, Any], key: str, document: dict[str, Any]) -> dict[str, Any]:
    form = deepcopy(form)
    next(one for one in form["people"] if one["key"] == key).update(document)
    return form


def filled(lin: Visitor, ref: str, form: dict[str, Any], *, pages: tuple[str, ...]) -> None:
    """These pages in their order; each of them leads on."""
    at = f"/applications/{ref}"
    for section in pages:
        if section == "scope":
            lin.post(f"{at}/scope", add=form["scope"]["items"][0])
        for one in form["people"] if section == "people" else ():
            assert lin.post(f"{at}/people/{one['key']}", data=typed(f"people.{one['key']}", one)).status_code == 303
        for place, row in enumerate(form["shareholders"] if section == "shareholders" else ()):
            sent = typed(f"shareholders.{place}", row)
            assert lin.post(f"{at}/shareholders/{place + 1}", data=sent).status_code == 303
        data = {"officers": OFFICERS, "scope": {}, "people": {}, "shareholders": {}}.get(section)
        answer = lin.post(f"{at}/{section}", data=typed(section, form[section]) if data is None else data)
        assert answer.status_code == 303, (section, words(answer))


def handed_in(lin: Visitor, ref: str, *documents: str) -> None:
    for kind in documents:
        file = (BytesIO(picture("JPEG")), "材料.jpg")
        assert lin.post(f"/applications/{ref}/materials/{kind}", file=file).status_code == 303, kind


def all_sign(lin: Visitor, somebody: Visitor, ref: str, form: dict[str, Any]) -> None:
    assert lin.post(f"/applications/{ref}/check", declared="yes").status_code == 303
    for secret in sign.links_for(ref, actor=actor_of(LIN), now=clock.now()).values():
        for one in form["people"]:
            somebody.post(f"/sign/{secret}/identity", id_no=one["id_no"])
        page = somebody.get(f"/sign/{secret}")
        assert somebody.post(f"/sign/{secret}", digest=value_of(page, "digest"), agreed="yes").status_code == 303


def decided(visit: Visit, ref: str) -> str:
    """The office claims, examines and approves; the text of its page before that."""
    examiner, approver = visit(EXAMINER), visit(APPROVER)
    assert taken(ref, examiner, "claim") == 303
    seen = words(examiner.get(f"/desk/cases/{ref}"))
    assert taken(ref, examiner, "recommend", opinion="符合法定形式") == 303
    assert taken(ref, approver, "approve", opinion="同意") == 303
    work_off()
    return seen


@pytest.mark.thorough
def test_a_sole_shareholder_from_abroad_is_sent_to_the_authorised_registrar_and_gets_the_licence(
    visit: Visit, settings: Settings
) -> None:
    lin, form = visit(LIN), {**with_investor(single(), "p1", PASSPORT), "foreign": SAID}
    first = begun(lin, "llc_single")
    assert "币种" not in words(lin.get(f"/applications/{first}/capital"))
    filled(lin, first, form, pages=BEFORE)
    tasks = lin.get(f"/applications/{first}")
    assert "外商投资" in words(tasks)
    assert "转到金华市市场监督管理局" in words(tasks)
    ref = str(lin.post(f"/applications/{first}/elsewhere", registrar="330701").location).rpartition("/")[2]
    assert "转到金华市市场监督管理局" not in words(lin.get(f"/applications/{ref}"))
    assert "币种" in words(lin.get(f"/applications/{ref}/capital"))
    form["capital"] = {**form["capital"], "currency": "USD"}
    filled(lin, ref, form, pages=AFTER)
    assert "100万美元" in words(lin.get(f"/applications/{ref}"))
    assert "认缴出资额（万美元）" in words(lin.get(f"/applications/{ref}/shareholders/1"))
    assert "USD 1,000,000" in words(visit(LIN, lang="en").get(f"/applications/{ref}/check"))
    articles = words(lin.get(f"/applications/{ref}/documents/articles"))
    assert "公司的注册资本为100万美元" in articles
    handed_in(lin, ref, *PAPERS, "foreign_investor_proof")
    all_sign(lin, visit(), ref, form)
    seen = decided(visit, ref)
    assert "不在负面清单的领域之内" in seen
    assert "认缴100万美元" in seen
    for text in printed_texts(ref, settings):
        assert "类型有限责任公司（外国自然人独资）" in text
        assert "注册资本壹佰万美元" in text
    facts = sheets(ref)[0].particulars
    assert (facts["capital"], facts["currency"]) == ("1000000.00", "USD")
    assert "壹佰万美元" in words(visit().get(f"/check?q={facts['uscc']}"))
    assert "USD 1,000,000.00" in words(visit(lang="en").get(f"/check?q={facts['uscc']}"))


def test_investors_of_hong_kong_and_of_the_mainland_together(desk_app: Flask, visit: Visit, settings: Settings) -> None:
    form = {**with_investor(company(), "p2", PERMIT), "foreign": SAID}
    # The city's own registrar serves every county for them.
    form["domicile"] = {**form["domicile"], "region": "330781"}
    lin, now = actor_of(LIN), clock.now()
    ref = submitted("llc", form, registrar="330701", actor=lin, now=now)
    nameless = {key: value for key, value in form.items() if key != "name"}
    another = draft("llc", nameless, registrar="330701", actor=lin, now=now)
    assert "兰溪市" in words(visit(LIN).get(f"/applications/{another}/domicile"))
    act(ref, "claim", actor=actor_of(EXAMINER), now=now)
    act(ref, "recommend", actor=actor_of(EXAMINER), now=now, opinion="符合")
    act(ref, "approve", actor=actor_of(APPROVER), now=now, opinion="同意")
    work_off()
    for text in printed_texts(ref, settings):
        assert "类型有限责任公司（港澳台投资、非独资）" in text
        assert "注册资本人民币壹佰万元整" in text
        assert "兰溪市" in text


def test_a_form_of_before_is_one_in_yuan_without_investors_from_abroad() -> None:
    form, problems = read(company(), entity_type="llc", regime="company_law_2024")
    assert not problems
    assert (form.currency, form.foreign, is_foreign_invested(form)) == ("CNY", None, False)
    assert printed_facts(form, entity_type="llc", regime="company_law_2024")["currency"] is None


def test_the_section_can_be_left_out_when_no_investor_is_from_abroad_any_more(desk_app: Flask, visit: Visit) -> None:
    form = {**with_investor(company(), "p2", PERMIT), "foreign": SAID}
    ref = draft("llc", form, registrar="330701", actor=actor_of(LIN), now=clock.now())
    address = f"/applications/{ref}/foreign"
    assert "这一节不填" not in words(visit(LIN).get(address))
    apply.save_section(ref, "people", company()["people"], actor=actor_of(LIN), now=clock.now())
    assert "这一节不填" in words(visit(LIN).get(address))
    assert visit(LIN).post(address, clear="yes").status_code == 303
    assert visit(LIN).get(address).status_code == 404
