"""The picture of a table: complete, legible, the same each time, and fit for a strict page."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.definition import Definition, parse
from workflows.diagram.layout import LayoutPlan, plan
from workflows.diagram.routing import Box, Line, Routed, route
from workflows.diagram.svg import Trail, draw
from workflows.diagram.text_metrics import measure, wrapped

PICTURES = Path(__file__).resolve().parents[3] / "docs" / "images"
SVG = "{http://www.w3.org/2000/svg}"
LANGS = ("zh", "en")
TEXT = {"zh": "字", "en": "word"}
TRAIL = Trail("under_examination", (("draft", "signing"), ("signing", "submitted"), ("submitted", "under_examination")))


def words_of(drawn: str) -> str:
    return " ".join(text.text or "" for text in ElementTree.fromstring(drawn).iter(f"{SVG}text"))


def routed(table: Definition) -> tuple[LayoutPlan, Routed]:
    planned = plan(table)
    tall, wide = dict.fromkeys(planned.places, 56.0), dict.fromkeys(planned.edges, 90.0)
    return planned, route(planned, tall=tall, wide=wide, top=70.0)


@pytest.mark.parametrize("lang", LANGS)
def test_every_state_and_every_action_is_named(establishment: Definition, lang: str) -> None:
    said = words_of(draw(establishment, lang=lang)).replace(" ", "")
    labels = [state.label for state in establishment.states.values()]
    labels += [action.label for action in establishment.actions.values()]
    for label in labels:
        assert label.in_(lang).replace(" ", "") in said


def test_the_main_path_of_an_establishment_is_the_electronic_one(establishment: Definition) -> None:
    main_path = plan(establishment).main_path
    assert main_path[:4] == ("draft", "signing", "submitted", "under_examination")
    assert main_path[-3:] == ("licence_prepared", "licence_issued", "archived")


def test_other_ends_are_told_with_all_that_lead_there(establishment: Definition) -> None:
    ends = plan(establishment).ends
    assert set(ends) == {"not_accepted", "rejected", "withdrawn", "lapsed"}
    assert {way.source for way in ends["rejected"]} == {"under_examination", "pending_approval", "agency_review"}


def test_what_stays_where_it_is_is_told_once_in_its_box(small: Definition) -> None:
    assert plan(small).stays["queued"] == ("note", "stretch")
    assert words_of(draw(small, lang="en")).count("Stretch") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_a_strict_page_may_hold_it(establishment: Definition, lang: str) -> None:
    """No style, no script, nothing from elsewhere; a title and a description for who cannot see it."""
    root = ElementTree.fromstring(draw(establishment, lang=lang, trail=TRAIL, name="way"))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "desc", "g", "rect", "path", "text"}
    assert not [key for element in root.iter() for key in element.attrib if key == "style" or "href" in key]
    ids = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert root.get("aria-labelledby") == "way-title way-told"
    assert list(ids) == ["way-title", "way-told", "way-now"]
    assert establishment.states["under_examination"].label.in_(lang) in (ids["way-told"] or "")


def test_a_cases_way_is_marked_by_more_than_colour(establishment: Definition) -> None:
    root = ElementTree.fromstring(draw(establishment, lang="en", trail=TRAIL))
    boxes = {group.get("data-state"): group for group in root.iter(f"{SVG}g")}
    kinds = {state: group[0].get("class") for state, group in boxes.items()}
    assert kinds["under_examination"] == "box now"
    assert {state for state, kind in kinds.items() if kind == "box past"} == {"draft", "signing", "submitted"}
    assert "▶ Now" in [text.text for text in boxes["under_examination"].iter(f"{SVG}text")]
    assert "✓" in [text.text for text in boxes["draft"].iter(f"{SVG}text")]
    past = [path for path in root.iter(f"{SVG}path") if path.get("class") == "way past"]
    assert len(past) == 4, "three steps, and the legend"
    assert len(past) == 4, "three steps, and the legend"


def test_a_case_at_another_end_or_of_another_version_is_drawn(establishment: Definition) -> None:
    drawn = draw(establishment, lang="zh", trail=Trail("withdrawn", (("once", "draft"), ("draft", "withdrawn"))))
    root = ElementTree.fromstring(drawn)
    assert [group.get("data-state") for group in root.iter(f"{SVG}g") if group[0].get("class") == "box now"] == [
        "withdrawn"
    ]


def test_signs_of_xml_stay_text(small_text: str) -> None:
    table = parse(small_text.replace("en: Queued", "en: 'Queue <1> & \"2\"'"))
    assert 'Queue <1> & "2"' in words_of(draw(table, lang="en")).replace("  ", " ")


@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_in_the_documents_is_that_of_the_table(establishment: Definition, lang: str) -> None:
    kept = (PICTURES / f"establishment.{lang}.svg").read_text(encoding="utf-8")
    assert kept == draw(establishment, lang=lang), "draw it again: heyi workflows diagram --format svg --lang ..."


def segments(line: Line) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    yield from pairwise(line.points)


def inside(box: Box, one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether the line between two points goes through the box, and not only along its border."""
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    return left < box.x + box.width and right > box.x and top < box.bottom and bottom > box.y


def legible(table: Definition) -> None:
    planned, done = routed(table)
    assert set(done.boxes) == set(table.states) - set(planned.ends)
    assert {line.edge for line in done.lines} == set(planned.edges)
    for box, second_box in combinations(done.boxes.values(), 2):
        corners = (second_box.x, second_box.y), (second_box.x + second_box.width, second_box.bottom)
        assert not inside(box, *corners)
    for line in done.lines:
        for one, other in segments(line):
            assert one[0] == other[0] or one[1] == other[1], "lines run across or down"
            assert not [state for state, box in done.boxes.items() if inside(box, one, other)]
            assert 0 <= min(one[0], other[0]) <= max(one[0], other[0]) <= done.width
    upright = [
        (one[0], min(one[1], other[1]), max(one[1], other[1]), line.edge)
        for line in done.lines
        for one, other in segments(line)
        if one[0] == other[0]
    ]
    for first, second in combinations(upright, 2):
        apart = first[0] != second[0] or first[2] <= second[1] or second[2] <= first[1]
        assert apart or first[3] == second[3], "no two edges share a lane"


def test_no_line_goes_through_a_box_or_along_another(establishment: Definition, small: Definition) -> None:
    legible(establishment)
    legible(small)


@st.composite
def tables(draw_: st.DrawFn) -> Definition:
    """Any states and rows whatever: sensible or not, they must be drawn."""
    count = draw_(st.integers(1, 9))
    kinds = [draw_(st.sampled_from(["applicant", "office", "waiting", "final"])) for _ in range(count)]
    names = [f"s{number}" for number in range(count)]
    states = {name: {"label": TEXT, "kind": kind} for name, kind in zip(names, ["start", *kinds[1:]], strict=True)}
    styles = {"send": "main", "note": "second", "refuse": "stop"}
    pick = st.sampled_from(names)
    ways = draw_(st.lists(st.tuples(pick, pick, st.sampled_from(sorted(styles))), max_size=18))
    return Definition.model_validate(
        {
            "matter": "any",
            "version": 1,
            "title": TEXT,
            "roles": {"clerk": TEXT},
            "states": states,
            "actions": {action: {"label": TEXT, "style": style} for action, style in styles.items()},
            "rows": [{"action": action, "from": one, "to": other, "by": "clerk"} for one, other, action in ways],
        }
    )


@settings(max_examples=60, deadline=None)
@given(tables())
def test_any_table_is_drawn_legibly(table: Definition) -> None:
    legible(table)
    drawn = draw(table, lang="zh", trail=Trail("s0", ()))
    ElementTree.fromstring(drawn)
    assert drawn == draw(table, lang="zh", trail=Trail("s0", ()))


@given(st.text(st.sampled_from("汉字，。 ab/、("), max_size=60), st.integers(40, 200))
def test_words_break_into_lines_that_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrapped(text, width=width, size=12)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        fits = measure(line, 12) <= width
        assert fits or len(wrapped(line, width=width, size=12)) == 1, "only what cannot be broken is too long"


def test_no_line_begins_with_a_stop() -> None:
    assert wrapped("质量技术监督部门、税务部门，统计", width=96, size=12) == [
        "质量技术监督部",
        "门、税务部门，统",
        "计",
    ]
    assert wrapped("质量技术监督部门、税务", width=96, size=12) == ["质量技术监督部", "门、税务"]
