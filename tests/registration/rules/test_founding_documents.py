"""Every matter that the law requires in a document is in it, whatever the answers, with the answers of the form."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from certificates.paper.founding_document import DocumentText
from registration.rules.entity_types import type_row
from registration.rules.form import Form, read
from registration.rules.founding_documents.answers import BLANK
from registration.rules.founding_documents.texts import marked_clauses, offered_rows, rows_for, texts_for
from registration.rules.materials import required_materials
from tests.fixtures.cases import (
    company,
    joint_stock,
    limited_partnership,
    owner_for_the_state,
    partnership,
    person,
    single,
    state_owned,
)
from tests.fixtures.forms import branch, coop, problems_of

Made = Callable[[], Iterator[tuple[str, dict[str, Any]]]]
# How many matters each article lists, counted in the law and not in the documents.
REQUIRED = {
    ("llc", "articles"): {"CL 46": 8},
    ("llc_single", "articles"): {"CL 46": 8},
    ("gp", "partnership_agreement"): {"PEL 18": 10},
    ("sgp", "partnership_agreement"): {"PEL 18": 10},
    ("lp", "partnership_agreement"): {"PEL 18": 10, "PEL 63": 6},
    ("llc_state", "articles"): {"CL 46": 8, "CL 171": 1, "CL 172": 2, "CL 173": 3, "CL 175": 1},
    ("jsc", "articles"): {"CL 95": 13},
    ("coop", "coop_articles"): {"FCL 15": 12},
}
REGIMES = {
    key: list(type_row(key).regimes)[-1]
    for key in ("llc", "llc_single", "llc_state", "gp", "sgp", "lp", "jsc", "coop", "branch")
}
FOR_THE_STATE = owner_for_the_state() | {"key": "p9"}
BOARD = [{"person": key, "post": post} for key, post in (("p1", "chair"), ("p2", "vice_chair"), ("p3", "director"))]
SUPERVISION: dict[str, dict[str, Any]] = {
    "one": {"supervision": "supervisors", "supervisors": ["p4"]},
    "three": {
        "supervision": "supervisors",
        "supervisors": ["p4", "p5", "p6"],
        "supervisor_chair": "p4",
        "employee_supervisors": ["p6"],
    },
    "employee": {"supervision": "supervisors", "supervisors": ["p4"], "employee_supervisors": ["p4"]},
    "none": {"supervision": "none_agreed"},
    "committee": {"supervision": "audit_committee"},
}


ELECTION = {"form": "congress", "held_on": "2026-10-01", "voters": "31"}


def companies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Companies with every kind of organs and representative."""
    for (kind, make), board, supervision, (post, managers), term in product(
        (("llc", company), ("llc_single", single), ("jsc", joint_stock), ("llc_state", state_owned)),
        (True, False),
        SUPERVISION.values(),
        (("director", []), ("manager", ["p1"]), ("chair", ["p1"])),
        ({"term": "long"}, {"term": "until", "term_until_on": "2046-12-31"}),
    ):
        kinds = supervision["supervision"]
        wants_board = post == "chair" or kinds == "audit_committee" or kind == "llc_state"
        if (wants_board and not board) or (kind in ("jsc", "llc_state") and kinds == "none_agreed"):
            continue
        form = make()
        form["people"] = [*(person(key) for key in ("p1", "p2", "p3", "p4", "p5", "p6")), FOR_THE_STATE]
        directors = [{**row, "audit_committee": kinds == "audit_committee"} for row in BOARD]
        form["officers"] = {
            "board": "board" if board else "single",
            "directors": directors if board else [{"person": "p1", "post": "director"}],
            "managers": managers,
            "election": ELECTION,
            **supervision,
        }
        if kind == "llc_state":
            form["shareholders"][0]["person"] = FOR_THE_STATE["key"]
            form["officers"]["directors"][2]["post"] = "employee_director"
        form["legal_rep"] = {"person": "p1", "post": post}
        form["capital"] |= term
        yield kind, form


def partnerships() -> Iterator[tuple[str, dict[str, Any]]]:
    """Partnerships that some or all partners execute, with and without an end."""
    for kind, executes, term in product(
        ("gp", "sgp", "lp"), (True, False), ({"term": "long"}, {"term": "until", "term_until_on": "2046-12-31"})
    ):
        form = limited_partnership() if kind == "lp" else partnership()
        form["partners"]["listed"][1]["executes"] = executes
        form["partners"] |= term
        yield kind, form


def cooperatives() -> Iterator[tuple[str, dict[str, Any]]]:
    """Co-operatives with and without council and supervisors, whose filing an agent does."""
    for directors, supervisors in product(([], ["p2", "p3"]), ([], ["p4"], ["p4", "p5"])):
        form = coop()
        form["council"] |= {"directors": directors, "supervisors": supervisors}
        form["contacts"]["filer"]["role"] = "agent"
        yield "coop", form


def parsed(kind: str, form: dict[str, Any]) -> Form:
    found, faults = read(form, entity_type=kind, regime=REGIMES[kind])
    assert not faults
    return found


def plain(text: DocumentText) -> str:
    return "\n".join(words for _, words in text.texts())


@pytest.mark.parametrize("made", [companies, partnerships, cooperatives])
def test_every_matter_of_the_law_is_there(made: Made) -> None:
    for kind, form in made():
        is_whole(kind, form)


def is_whole(kind: str, form: dict[str, Any]) -> None:
    found = parsed(kind, form)
    rows = rows_for(found, entity_type=kind, regime=REGIMES[kind])
    for text in texts_for(found, entity_type=kind, regime=REGIMES[kind]):
        assert BLANK not in plain(text)
        row = next(row for row in rows.values() if row.kind == text.kind)
        shown = {clause.key for chapter in text.chapters for clause in chapter.clauses}
        wanted = REQUIRED.get((kind, text.kind), {})
        items = {f"{article}-{number}" for article, count in wanted.items() for number in range(1, count + 1)}
        required = {item: one for item, one in row.required.items() if type_row(kind).answers_to(one.named or (kind,))}
        assert required.keys() == items
        assert not [one.matter for one in required.values() if shown.isdisjoint(one.clauses)]


def test_the_articles_say_what_was_answered() -> None:
    articles, appointments = texts_for(parsed("llc", company()), entity_type="llc", regime=REGIMES["llc"])
    told, table = plain(articles), articles.chapters[1].clauses[1].table
    assert articles.title == "金华市双溪样例信息科技有限公司章程"
    assert "浙江省金华市婺城区样例街道双溪路88号3幢201室" in told
    assert "人民币100万元" in told
    assert table is not None
    assert table.rows[1] == ("周远舟", "货币", "29万元", "2028年12月31日", "29%")
    assert [chapter.heading for chapter in articles.chapters][4:6] == ["第五章　董事和经理", "第六章　监督机构"]
    numbers = [clause.number for chapter in articles.chapters for clause in chapter.clauses]
    assert (numbers[0], numbers[10], len(set(numbers))) == ("第一条", "第十一条", len(numbers))
    assert [chapter.heading for chapter in appointments.chapters] == ["股东会决议", "董事决定"]
    assert [chapter.clauses[0].number for chapter in appointments.chapters] == ["一、", "一、"]
    assert "选举周远舟为公司监事" in plain(appointments)


def test_the_shares_of_a_table_add_up() -> None:
    """Also of somebody who pays in several times."""
    form = company()
    first, *others = form["shareholders"]
    lines = [{"amount_wan": amount, "method": "currency", "due_on": "2030-09-30"} for amount in ("31", "20")]
    form["shareholders"] = [first | {"lines": lines}, *others]
    articles = texts_for(parsed("llc", form), entity_type="llc", regime=REGIMES["llc"])[0]
    tables = [one.table for chapter in articles.chapters for one in chapter.clauses if one.table]
    assert [row[-1] for row in tables[0].rows] == ["31%", "20%", "29%", "20%"]


def test_an_agreement_names_homes_delegates_and_who_executes() -> None:
    agreement, delegation = texts_for(parsed("lp", limited_partnership()), entity_type="lp", regime=REGIMES["lp"])
    table = next(clause.table for chapter in agreement.chapters for clause in chapter.clauses if clause.table)
    assert [row[:3] for row in table.rows] == [
        ("浙江样例云栖管理有限公司", "普通合伙人，承担无限连带责任", "以其登记的住所为准"),
        ("周远舟", "有限合伙人，以认缴的出资为限承担责任", "浙江省金华市婺城区样例路1号"),
    ]
    assert [row[4:] for row in table.rows] == [("1万元", "已经缴付"), ("99万元", "2031年6月30日")]
    assert "委托浙江样例云栖管理有限公司担任执行事务合伙人" in plain(agreement)
    assert "浙江样例云栖管理有限公司委派苏知禾" in plain(delegation)
    common = texts_for(parsed("gp", partnership()), entity_type="gp", regime=REGIMES["gp"])
    assert [text.kind for text in common] == ["partnership_agreement"]
    assert "以劳务出资的" in plain(common[0])
    assert "有限合伙人" not in plain(common[0]).replace("普通合伙人", "")


def test_the_parent_names_the_person_responsible_for_its_branch() -> None:
    form = branch()
    form["name"]["parent"] = form["parent"]["name"]
    (named,) = texts_for(parsed("branch", form), entity_type="branch", regime=REGIMES["branch"])
    assert "任命苏知禾为该分支机构的负责人" in plain(named)
    assert "名称为金华市听溪样例餐饮有限公司婺城分公司" in plain(named)


def test_only_marked_clauses_take_other_words() -> None:
    words = "由股东平均分配 {profit}。\n另有约定的除外。"
    clauses = [{"clause": f"company_articles.{key}", "text": words} for key in ("profit", "capital")]
    found = parsed("llc", company() | {"documents": {"clauses": clauses}})
    articles = texts_for(found, entity_type="llc", regime=REGIMES["llc"])[0]
    own = [clause for chapter in articles.chapters for clause in chapter.clauses if clause.own]
    assert [(clause.key, clause.paragraphs) for clause in own] == [("profit", tuple(words.split("\n")))]
    row = offered_rows(entity_type="llc", regime=REGIMES["llc"])["company_articles"]
    marked = {one.name: one for one in marked_clauses("company_articles", row, found, entity_type="llc")}
    assert marked["company_articles.profit"].is_own
    assert not marked["company_articles.votes"].is_own


def told(form: dict[str, Any], election: dict[str, Any]) -> dict[str, Any]:
    return form | {"officers": form["officers"] | {"election": election}}


def test_an_election_of_the_employees_is_recorded_where_it_is_told() -> None:
    form = state_owned()
    of: dict[str, Any] = {"entity_type": "llc_state", "regime": REGIMES["llc_state"]}
    needed = [one.kind for one in required_materials(parsed("llc_state", form), **of) if one.required]
    assert needed == ["employee_election", "premises_title"]
    form["officers"]["election"] = ELECTION
    found = parsed("llc_state", form)
    assert [one.kind for one in required_materials(found, **of) if one.required] == ["premises_title"]
    articles, appointments, election = texts_for(found, **of)
    assert "委派苏知禾、周远舟为公司董事，与由公司职工选举产生的职工董事江暮云组成" in plain(appointments)
    assert "金华市人民政府国有资产监督管理委员会根据本级人民政府的授权" in plain(articles)
    assert "于2026年10月1日通过职工代表大会，民主选举" in plain(election)
    assert "选举江暮云为公司董事会中的职工代表" in plain(election)
    other = told(form, {**ELECTION, "form": "meeting", "held_on": "2099-01-01"})
    assert problems_of(other, "llc_state", regime=REGIMES["llc_state"]) == {
        ("officers.election.form", "officers.election_by_congress"),
        ("officers.election.held_on", "officers.election_to_come"),
    }
    without = told(company(), ELECTION)
    at = ("officers.election.form", "officers.election_not_wanted")
    assert at in problems_of(without, "llc", regime=REGIMES["llc"])


def test_the_roll_of_members_is_made_and_numbers_in_it_are_masked() -> None:
    form = coop()
    del form["people"][4]["address"]
    texts = texts_for(parsed("coop", form), entity_type="coop", regime=REGIMES["coop"])
    roll = next(text for text in texts if text.kind == "member_roll")
    members, contributions = (clause.table for chapter in roll.chapters for clause in chapter.clauses if clause.table)
    assert "成员共五名，其中农民四名" in plain(roll)
    number = person("p1")["id_no"]
    assert members.rows[0] == ("苏知禾", "农民", f"{number[:6]}********{number[-4:]}", "浙江省金华市婺城区样例路1号")
    assert (members.rows[4][0], members.rows[4][3]) == ("陆栖梧", "以其身份证件记载的为准")
    assert contributions.rows[0] == ("苏知禾", "农民", "货币", "2万元")


def test_an_empty_draft_has_blanks() -> None:
    blank = texts_for(Form(), entity_type="llc", regime=REGIMES["llc"])
    assert [BLANK in plain(text) for text in blank] == [True, True]
    assert texts_for(Form(), entity_type="llc", regime="five_numbers_2015") == []
    assert texts_for(Form(), entity_type="individual", regime="market_entity_2022") == []
