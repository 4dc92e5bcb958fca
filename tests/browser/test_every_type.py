"""The other entity types from the start page to the licence, by clicking: desktop and phone, both languages, and one
without scripts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest

from registration import clock
from registration.rules.form import sections_for
from registration.rules.materials import material_label
from registration.settings import Settings
from tests.browser.applying import Firm, begin, png, sign_up
from tests.browser.conftest import Arrivals
from tests.browser.desk import action_words, decide, download_licence
from tests.browser.signing import links, prove, sign
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.fixtures.applicant_pages import typed
from tests.fixtures.cases import (
    actor_of,
    individual,
    joint_stock,
    limited_partnership,
    partnership,
    person,
    single,
    sole_prop,
    state_owned,
    submitted,
)
from tests.fixtures.forms import branch, coop
from tests.fixtures.office import LIN
from tests.registration.web.test_foreign_investment import PASSPORT, SAID

# What the page of a person does not ask: it is in the address.
NOT_ASKED = re.compile(r"people\..*\.(key|kind)$")
# Sections that nobody has to fill in.
LEFT_OUT = frozenset({"tax", "social", "addons"})
# Follows from the number of a resident identity card.
IN_THE_NUMBER = ("sex", "born_on")
NUMBERS = {person(key)["name"]: person(key)["id_no"] for key in ("p1", "p2", "p3", "p4", "p5")}
COUNTY, CITY = ("330702", ("0318",)), ("330701", ("0218", "0219"))


def from_abroad(form: dict[str, Any]) -> dict[str, Any]:
    """The same company with an owner from abroad."""
    form["people"][0] |= {**PASSPORT, "sex": "male"}
    return {**form, "foreign": SAID}


def elected(form: dict[str, Any]) -> dict[str, Any]:
    """The same company as its pages ask for it, with its employees' election."""
    del form["people"][3]["held_by"]
    form["officers"]["election"] = {"form": "congress", "held_on": "2026-10-01", "voters": "31"}
    return form


@dataclass(frozen=True)
class Journey:
    """An entity that is founded: its form, the files that it uploads, and words of its licence.

    `speaks_for`: who signs for an organization, the number by the organization's name.
    `at`: the registrar, and who decides there, one after the other.
    """

    entity_type: str
    form: Mapping[str, Any]
    printed: tuple[str, ...]
    files: tuple[str, ...] = ("premises_lease",)
    speaks_for: Mapping[str, str] = field(default_factory=dict)
    at: tuple[str, tuple[str, ...]] = COUNTY


JOURNEYS = {
    "individual": Journey("individual", individual(trade="青禾样例"), ("个体工商户", "经营者", "苏知禾")),
    "sole_prop": Journey("sole_prop", sole_prop(trade="枕溪样例"), ("个人独资企业", "投资人", "拾万元整")),
    "lp": Journey(
        "lp",
        limited_partnership(trade="听岚样例"),
        ("有限合伙企业", "委派代表：苏知禾", "壹佰万元整"),
        speaks_for={"浙江样例云栖管理有限公司": person("p3")["id_no"]},
    ),
    "gp": Journey("gp", partnership(trade="听松样例"), ("普通合伙企业", "执行事务合伙人", "贰拾万元整")),
    "sgp": Journey(
        "sgp",
        partnership(trade="知微样例", form="事务所（特殊普通合伙）"),
        ("特殊普通合伙企业", "执行事务合伙人", "贰拾万元整"),
        ("premises_lease", "professional_qualification"),
    ),
    "llc_state": Journey(
        "llc_state",
        elected(state_owned(trade="澄怀样例")),
        ("有限责任公司（国有独资）", "壹佰万元整"),
        ("premises_title",),
        speaks_for={"金华市人民政府国有资产监督管理委员会": person("p3")["id_no"]},
    ),
    "coop": Journey("coop", coop(trade="望岫样例"), ("农民专业合作社", "业务范围"), ("premises_lease", "member_proof")),
    "jsc": Journey("jsc", joint_stock(trade="衔远样例"), ("股份有限公司", "壹佰万元整"), ("premises_title",), at=CITY),
    "branch": Journey(
        "branch",
        branch(),
        ("分公司", "负责人"),
        ("premises_lease", "parent_licence"),
        speaks_for={"金华市听溪样例餐饮有限公司": person("p2")["id_no"]},
    ),
    "foreign": Journey(
        "llc_single",
        from_abroad(single(trade="漱玉样例")),
        ("有限责任公司（外国自然人独资）", "JOHNSMITH"),
        ("premises_title", "foreign_id", "legal_papers_recipient", "foreign_investor_proof"),
        at=CITY,
    ),
}
# Each type is walked by a client without a browser, too (tests/registration/web). Thorough runs take two of these.
WALKS = [
    pytest.param("individual", "zh", PHONE, False, id="individual-phone-zh-without-scripts"),
    pytest.param("sole_prop", "en", PHONE, True, id="sole_prop-phone-en", marks=pytest.mark.exhaustive),
    pytest.param("lp", "zh", DESKTOP, True, id="lp-desktop-zh"),
    pytest.param("gp", "en", PHONE, True, id="gp-phone-en", marks=pytest.mark.exhaustive),
    pytest.param("sgp", "zh", PHONE, True, id="sgp-phone-zh", marks=pytest.mark.exhaustive),
    pytest.param("llc_state", "en", DESKTOP, True, id="llc_state-desktop-en", marks=pytest.mark.exhaustive),
    pytest.param("coop", "zh", PHONE, True, id="coop-phone-zh", marks=pytest.mark.exhaustive),
    pytest.param("jsc", "en", DESKTOP, True, id="jsc-desktop-en", marks=pytest.mark.exhaustive),
    pytest.param("branch", "zh", DESKTOP, True, id="branch-desktop-zh", marks=pytest.mark.exhaustive),
    pytest.param("foreign", "en", DESKTOP, True, id="foreign-desktop-en", marks=pytest.mark.exhaustive),
]


@pytest.mark.thorough
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("entity_type", "lang", "at", "scripts"), WALKS)
def test_from_the_start_page_to_the_licence(
    arrive: Arrivals, tmp_path: Path, entity_type: str, lang: str, at: Any, scripts: bool
) -> None:
    journey = JOURNEYS[entity_type]
    applicant = arrive(lang=lang, at=at, java_script_enabled=scripts)
    sign_up(applicant, Firm(entity_type, f"{entity_type}@example.cn"))
    ref = begin(applicant, journey.entity_type, journey.at[0])
    fill_in(applicant, ref, journey)
    hand_in(applicant, ref, journey)
    ask_to_sign(applicant, ref)
    all_sign(applicant, arrive, journey, java_script_enabled=scripts)
    for place, login in enumerate(journey.at[1], 1):
        clerk = arrive(lang=lang, at=DESKTOP, login=login)
        clerk.open(f"/desk/cases/{ref}")
        take_further(clerk, "approve" if place == len(journey.at[1]) else "recommend", claim=place == 1)
    with pypdfium2.PdfDocument(download_licence(applicant, ref, tmp_path)) as paper:
        text = re.sub(r"\s", "", paper[0].get_textpage().get_text_range())
    assert [words for words in journey.printed if words not in text] == []


def fill_in(applicant: Visitor, ref: str, journey: Journey) -> None:
    """Page after page, each of which leads to the next."""
    rows = sections_for(journey.entity_type, "company_law_2024")
    sections = [row.key for row in rows if row.key in journey.form and row.key not in LEFT_OUT]
    applicant.open(f"/applications/{ref}/{sections[0]}")
    for section in sections:
        assert urlsplit(applicant.page.url).path.endswith(f"/{section}"), (applicant.page.url, section)
        applicant.does_not_scroll_sideways()
        _FILL.get(section, _answer)(applicant, section, journey.form[section])
        applicant.press("保存并继续")
        assert [one.inner_text() for one in applicant.page.locator("[role=alert] a").all()] == []


def _answer(applicant: Visitor, section: str, answers: Any) -> None:
    """Every answer into its control. What one answer opens is asked after it."""
    for name, value in typed(section, answers).items():
        if value and not NOT_ASKED.search(name):
            if not applicant.page.locator(f'[name="{name}"]').count():
                one_row_more(applicant)
            applicant.answer(name, value)


def one_row_more(applicant: Visitor) -> None:
    with applicant.page.expect_navigation():
        applicant.page.locator('button[name="more"]').click()


def _scope(applicant: Visitor, section: str, answers: Any) -> None:
    for code in answers["items"]:
        applicant.control("q").fill(code)
        if not applicant.runs_scripts:
            applicant.press("查找")
        applicant.page.locator(f'button[name="add"][value="{code}"]').click()
        applicant.page.locator(f'button[name="remove"][value="{code}"]').wait_for()


def _people(applicant: Visitor, section: str, answers: Any) -> None:
    for one in answers:
        is_firm = one.get("kind") == "legal"
        link = applicant.page.locator(f'a.btn[href$="/people/{one["key"]}{"?kind=legal" if is_firm else ""}"]')
        with applicant.page.expect_navigation():
            link.click()
        told = {name: value for name, value in one.items() if "id_type" in one or name not in IN_THE_NUMBER}
        _answer(applicant, f"people.{one['key']}", told)
        applicant.press("保存")
        applicant.sees(one["name"])


def _shareholders(applicant: Visitor, section: str, answers: Any) -> None:
    for place, one in enumerate(answers):
        applicant.follow("添加股东")
        _answer(applicant, f"shareholders.{place}", one)
        applicant.press("保存")


def _officers(applicant: Visitor, section: str, answers: Any) -> None:
    """One group a person, where the form has one list a post."""
    applicant.pick("officers.board", answers["board"])
    applicant.pick("officers.supervision", answers["supervision"])
    for one in answers["directors"]:
        applicant.pick(f"officers.post.{one['person']}", one["post"])
    for listed, box in (("supervisors", "supervisor"), ("managers", "manager")):
        for key in answers[listed]:
            applicant.tick(f"officers.{box}.{key}")
    _answer(applicant, "officers.election", answers.get("election", {}))


_FILL = {"officers": _officers, "scope": _scope, "people": _people, "shareholders": _shareholders}


def hand_in(applicant: Visitor, ref: str, journey: Journey) -> None:
    applicant.open(f"/applications/{ref}")
    for kind in journey.files:
        applicant.follow(material_label(kind, applicant.lang))
        applicant.hand_in("file", f"{kind}.png", png(kind), "image/png")
        applicant.press("上传")
        applicant.go_back()


def ask_to_sign(applicant: Visitor, ref: str) -> None:
    applicant.open(f"/applications/{ref}/check")
    applicant.does_not_scroll_sideways()
    applicant.tick("declared")
    with applicant.page.expect_navigation():
        applicant.page.locator("main form button").last.click()


def all_sign(applicant: Visitor, arrive: Arrivals, journey: Journey, **context: Any) -> None:
    """Each by the own link, at the own device."""
    addresses = links(applicant)
    for place, (name, address) in enumerate(addresses.items(), 1):
        signer = arrive(lang=applicant.lang, at=PHONE, **context)
        signer.open(address)
        prove(signer, (NUMBERS | numbers_in(journey) | dict(journey.speaks_for))[name])
        sign(signer, last=place == len(addresses))
        signer.context.close()


def numbers_in(journey: Journey) -> dict[str, str]:
    """The numbers of the persons of the form by their names."""
    return {one["name"]: one["id_no"] for one in journey.form["people"] if "id_no" in one}


def take_further(clerk: Visitor, action: str, *, claim: bool) -> None:
    if claim:
        clerk.press(action_words("claim", clerk))
    decide(clerk, action, "材料齐全，符合法定形式。")


@pytest.mark.thorough
def test_a_submitted_application_is_withdrawn(arrive: Arrivals, at_work: Settings) -> None:
    """Before the decision, with one page between; the name is free again and the desk sees it."""
    form = individual(trade="归棹样例")
    ref = submitted("individual", form, registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin = arrive(login=LIN, at=PHONE)
    lin.open(f"/applications/{ref}")
    lin.follow(action_words("withdraw", lin))
    lin.does_not_scroll_sideways()
    lin.press(action_words("withdraw", lin))
    lin.sees("已撤回")
    lin.does_not_scroll_sideways()
    assert lin.button(action_words("withdraw", lin)).count() == 0
