"""What a paper demands is judged before anybody signs, and a case whose licence cannot be made has a way out."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlmodel import col, select

from certificates.paper.licence_items import PRESENT
from certificates.paper.pdf import render
from certificates.particulars import LENGTHS, FiveNumbers, Particulars
from registration import database, outbox, tasks
from registration.errors import ActionRefused, InvalidInput
from registration.models import Entity, IssuedNumber, Licence, Message, Paper
from registration.operations import apply, issue
from registration.operations.act import act
from registration.rules.check import check_draft
from registration.rules.entity_types import entity_type_keys
from registration.rules.kinds import Regime
from registration.rules.registrar_profiles import REGISTRAR_LENGTH
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, file_of, individual, nameless, scope_codes, submitted
from tests.fixtures.forms import FORMS
from tests.fixtures.marks import some_of
from tests.registration.operations.conftest import office

__all__ = ["office"]

LIN = "lin@example.cn"
TODAY = date(2026, 11, 2)
# Wide, narrow, unbreakable, rare and foreign text, and signs that may not begin or end a line.
PIECES = (
    *(
        "样例",
        "W",
        "i",
        "Wwwww ",
        "（",
        "）",
        "；",
        "·",
        "88号",
        "𠮷",
        "𮯀",
        "Łukasz Žižek",
        "Ω",
        "W" * 29,
        "𱁬",
        "木卡姆",
    ),
    *("3幢", "-", "/", "“样”", "—", "m" * 9 + " "),
)
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)
CODES = scope_codes()


def adversarial(entity_type: str, regime: str, texts: tuple[str, str, str], items: int) -> dict[str, Any]:
    """A draft that is right but for these texts: address, trade name, name of who represents."""
    street, trade, name = texts
    form = FORMS[entity_type]()
    if regime == "five_numbers_2015":
        del form["owners"]
        form["five"] = {"main_activities": ["软件开发"], "open_on": "2026-11-01"}
    if "parent" in form:
        form["name"]["parent"] = form["parent"]["name"]
    form["domicile"]["street"] = street
    form["name"]["trade"] = trade
    form["people"][0]["name"] = name
    form["scope"] = {"items": list(CODES[:items])}
    return form


def printing_faults(form: dict[str, Any], *, entity_type: str, regime: str) -> list[str]:
    """What submission says against this draft, but for the rules on names, which are not about paper."""
    found = check_draft(form, entity_type=entity_type, regime=regime, today=TODAY, registrar_regions=["330702"])
    return [one.code for one in found if not one.code.startswith("N")]


def licence_of(form: dict[str, Any], *, entity_type: str, regime: str) -> dict[str, Any]:
    """The particulars as they are fixed at issue, with the longest of what the office adds."""
    from registration.rules.form import read
    from registration.rules.printing import printed_facts

    parsed, _ = read(form, entity_type=entity_type, regime=regime)
    facts = printed_facts(parsed, entity_type=entity_type, regime=regime)
    facts |= {"founded_on": TODAY, "issued_on": TODAY, "registrar": "局" * REGISTRAR_LENGTH, "serial": "3" * 18}
    facts |= {"check_url": "https://heyi.example/v/Zk3vX0q9Tn2bR7cL5mWd1A", "check_host": "heyi.example/v"}
    if regime != "five_numbers_2015":
        return facts | {"uscc": "91330701MAT000018L"}
    five = FiveNumbers(
        registration_number="330702200001236",
        organization_code="MAT000018",
        tax_number="330701MAT000018",
        social_insurance_number="33070100001234",
        statistics_number="MAT000018",
    )
    return facts | {"style": "five_numbers", "five_numbers": five}


KINDS = [
    ("llc", "company_law_2024"),
    ("llc_single", "company_law_2024"),
    ("llc_state", "company_law_2024"),
    ("jsc", "company_law_2024"),
    ("gp", "market_entity_2022"),
    ("lp", "market_entity_2022"),
    ("sgp", "market_entity_2022"),
    ("individual", "market_entity_2022"),
    ("sole_prop", "market_entity_2022"),
    ("branch", "market_entity_2022"),
    ("coop", "market_entity_2022"),
    ("llc", "five_numbers_2015"),
    ("llc_single", "five_numbers_2015"),
]

# Their licences have the same items and labels as that of `llc` or of `lp`: tried with every text before a release.
PRINTED_ALIKE = {"llc_single", "llc_state", "jsc", "gp", "sgp"}
TRIED = [
    pytest.param(*kind, marks=[pytest.mark.exhaustive] if kind[0] in PRINTED_ALIKE else [], id="-".join(kind))
    for kind in KINDS
]


def test_every_kind_of_entity_is_tried() -> None:
    assert {kind for kind, _ in KINDS} == set(entity_type_keys())
    columns = {kind: [[item.label for item in side] for side in PRESENT[kind]] for kind in entity_type_keys()}
    assert all(columns[kind] in (columns["llc"], columns["lp"]) for kind in PRINTED_ALIKE)
    assert {regime for _, regime in KINDS} >= {str(Regime.FIVE_NUMBERS_2015), str(Regime.COMPANY_LAW_2024)}


@pytest.mark.parametrize(("entity_type", "regime"), TRIED)
# A failing page takes long to shrink, and says enough as it is.
@examples(max_examples=5, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    texts=st.tuples(WORDS.map(lambda text: text[:110]), WORDS.map(lambda text: text[:60]), WORDS.map(lambda t: t[:61])),
    items=st.sampled_from([1, 40, 100]),
)
def test_every_draft_that_submission_accepts_can_be_issued(
    entity_type: str, regime: str, texts: tuple[str, str, str], items: int
) -> None:
    form = adversarial(entity_type, regime, texts, items)
    if not printing_faults(form, entity_type=entity_type, regime=regime):
        particulars = Particulars(**licence_of(form, entity_type=entity_type, regime=regime))
        for copy in ("original", "duplicate"):
            assert render(particulars, paper=copy)


@pytest.mark.thorough
@pytest.mark.parametrize(("entity_type", "regime"), TRIED)
@pytest.mark.parametrize("filler", some_of(["样", "W", "𠮷", "（样）", "Wwwwwwwww "], every=5))
def test_the_longest_texts_of_the_form_are_accepted_and_printed(entity_type: str, regime: str, filler: str) -> None:
    prefix = "浙江省金华市婺城区"
    # A street is named in Han, and names of firms and persons hold no brackets: those rules are not about paper.
    street = ("样例" + filler * 100)[: LENGTHS["domicile"] - len(prefix)].strip()
    letters = filler.strip("（）")
    # The first person of a limited partnership is the delegate of its executive partner.
    printed_as = "delegate" if entity_type == "lp" else "representative"
    name = (letters * 60)[: LENGTHS[printed_as]].strip()
    form = adversarial(entity_type, regime, (street, (letters * 9)[:9].strip(), name), 100)
    assert printing_faults(form, entity_type=entity_type, regime=regime) == []
    assert render(Particulars(**licence_of(form, entity_type=entity_type, regime=regime)))


@pytest.mark.parametrize(
    ("section", "field", "text", "code"),
    [
        ("domicile", "street", "样" * 92, "domicile.too_long"),
        ("domicile", "street", "样例街道𱁬路1号", "text.no_glyph"),
        ("name", "trade", "双溪𱁬样例", "text.no_glyph"),
    ],
)
def test_a_section_says_as_it_is_saved_what_no_licence_prints(
    office: Settings, clock: datetime, section: str, field: str, text: str, code: str
) -> None:
    lin = actor_of(LIN)
    ref = apply.start(entity_type="llc", registrar_code="330702", actor=lin, now=clock)
    with pytest.raises(InvalidInput) as refused:
        apply.save_section(ref, section, company()[section] | {field: text}, actor=lin, now=clock)
    [problem] = refused.value.problems
    assert (problem.path, problem.code) == (f"{section}.{field}", code)
    # What was typed is kept, and submission says the same.
    seen = file_of(ref, actor=lin, now=clock)
    assert seen.form[section][field] == text
    assert code in [one.code for one in seen.facts.problems]


def test_a_name_in_another_script_is_asked_for_in_han(office: Settings, clock: datetime) -> None:
    lin = actor_of(LIN)
    ref = apply.start(entity_type="individual", registrar_code="330702", actor=lin, now=clock)
    people = individual()["people"]
    people[0]["name"] = "ئالىم"
    with pytest.raises(InvalidInput) as refused:
        apply.save_section(ref, "people", people, actor=lin, now=clock)
    assert [one.code for one in refused.value.problems] == ["text.script"]


def test_what_an_officer_writes_on_a_paper_is_judged_as_well(office: Settings, clock: datetime) -> None:
    lin, window = actor_of(LIN), actor_of("0317")
    ref = submitted("individual", nameless(), registrar="330702", actor=lin, now=clock)
    for reason in ("不属于本机关😀", "不属\u202e于", "由" * 2001):
        with pytest.raises(InvalidInput):
            act(ref, "refuse_scope", actor=window, now=clock, reason=reason, competent_body="文化局")
    act(ref, "refuse_scope", actor=window, now=clock, reason="不属于本机关。\n请看说明。", competent_body="文化局")
    message = waiting("paper.not_accepted")
    tasks.work_on(message.id or 0)
    with database.reading() as session:
        assert session.exec(select(Paper.storage_key).where(Paper.kind == "not_accepted")).one()


def waiting(effect: str) -> Message:
    with database.reading() as session:
        return session.exec(select(Message).where(Message.effect == effect)).one()


def approved(clock: datetime) -> str:
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock)
    act(ref, "claim", actor=actor_of("0318"), now=clock)
    act(ref, "approve", actor=actor_of("0318"), now=clock, opinion="符合")
    return ref


def give_up(monkeypatch: pytest.MonkeyPatch, ref: str, clock: datetime) -> None:
    """The worker fails at the design until the message is parked, after numbers and particulars were fixed."""
    monkeypatch.setenv("HEYI_ATTEMPTS_BEFORE_PARKING", "1")
    from registration.settings import settings as read_settings

    read_settings.cache_clear()
    issue.prepare(file_of(ref, actor=actor_of(LIN), now=clock).case.id or 0, now=clock)
    with database.transaction() as session:
        for sheet in session.exec(select(Licence)).all():
            sheet.design = "missing"
    tasks.work_on(waiting("issue.licence").id or 0)
    assert waiting("issue.licence").parked_at is not None


def test_a_case_whose_licence_is_given_up_goes_back_and_comes_to_one_licence(
    office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, director, lin = approved(clock), actor_of("0320"), actor_of(LIN)
    with pytest.raises(ActionRefused) as refused:
        act(ref, "send_back", actor=director, now=clock, reason="执照印不出来")
    assert [one.code for one in refused.value.blockers] == ["licence_is_not_parked"]
    give_up(monkeypatch, ref, clock)
    code = file_of(ref, actor=director, now=clock).licences[0].code

    with pytest.raises(ActionRefused):
        act(ref, "send_back", actor=director, now=clock)
    act(ref, "send_back", actor=director, now=clock, reason="执照印不出来")
    seen = file_of(ref, actor=lin, now=clock)
    assert (seen.case.state, seen.case.holder_id, seen.licences) == ("under_examination", None, ())
    assert seen.case.due_at is not None
    with database.reading() as session:
        assert session.exec(select(Entity)).all() == []
        assert session.exec(select(Message).where(Message.effect == "issue.licence")).all() == []
        assert {one.status for one in session.exec(select(IssuedNumber)).all()} == {"reserved"}
    assert seen.history[-1].data["code"] == code

    act(ref, "take_over", actor=actor_of("0318"), now=clock)
    act(ref, "approve", actor=actor_of("0318"), now=clock, opinion="符合")
    with database.reading() as session:
        messages = session.exec(select(Message.id).order_by(col(Message.id))).all()
    for message in messages:
        tasks.work_on(message or 0)
    seen = file_of(ref, actor=lin, now=clock)
    assert {sheet.code for sheet in seen.licences} == {code}
    assert all(sheet.sha256 for sheet in seen.licences)
    kinds = [(paper.kind, paper.revision) for paper in seen.papers]
    notices = [one for one in kinds if not one[0].startswith("application")]
    assert notices == [("receipt", 1), ("approval", 1), ("reexamination", 2), ("approval", 2)]
    assert len({paper.number for paper in seen.papers}) == len(kinds)
    with database.reading() as session:
        assert len(session.exec(select(IssuedNumber).where(IssuedNumber.scheme == "uscc")).all()) == 1


def test_a_worker_that_comes_late_makes_no_licence_of_a_case_that_went_back(
    office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = approved(clock)
    sheets = issue.prepare(file_of(ref, actor=actor_of(LIN), now=clock).case.id or 0, now=clock)
    give_up(monkeypatch, ref, clock)
    parked = waiting("issue.licence").id or 0
    act(ref, "send_back", actor=actor_of("0320"), now=clock, reason="执照印不出来")
    made = [issue.MadeSheet(one.licence_id, "0" * 64, "licences/x.pdf", 1, "x", "d", "f") for one in sheets]
    case = file_of(ref, actor=actor_of(LIN), now=clock).case
    assert not issue.record(parked, case.id or 0, made, now=clock)
    assert outbox.begin(parked, now=clock) is None
    assert not outbox.retry(parked, by="staff:0320", now=clock)


def test_only_an_approver_or_the_director_sends_a_case_back(
    office: Settings, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = approved(clock)
    give_up(monkeypatch, ref, clock)
    for login in ("0317", "0318", "0321", LIN):
        with pytest.raises(Exception, match=r"wrong_role|refused"):
            act(ref, "send_back", actor=actor_of(login), now=clock, reason="执照印不出来")
