"""Reading a table: what is accepted, and how a mistake is pointed at."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.workflows.conftest import SMALL
from workflows.definition import Definition, load, load_versions, parse
from workflows.definition.values import Condition, Limit, Text
from workflows.errors import DefinitionError


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_one_name_or_a_list_mean_the_same(small: Definition) -> None:
    assert small.rows[0].sources == ("draft", "returned")
    assert small.rows[1].sources == ("queued",)
    assert small.rows[0].effects == ("notify.receipt",)
    assert small.start == "draft"


def test_words_that_yaml_would_turn_into_truth_stay_words(broken_text: Callable[..., str]) -> None:
    def rename(data: dict[str, Any]) -> None:
        data["states"]["on"] = data["states"].pop("frozen")
        data["rows"][4]["to"] = "on"
        data["rows"][5]["from"] = "on"
        for policy in data["clock"].values():
            policy["excluded"] = "on"

    assert "on" in parse(broken_text(rename).replace("'on'", "on")).states


def test_an_unknown_key_is_refused_with_its_line(small_text: str) -> None:
    text = small_text.replace("style: main}\n  note", "style: main, colour: red}\n  note")
    with pytest.raises(DefinitionError) as caught:
        parse(text, file="parking.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("parking.yaml", line_of(text, "colour"))
    assert problem.column == text.splitlines()[problem.line - 1].index("colour") + 1
    assert str(caught.value).startswith(f"parking.yaml:{problem.line}:{problem.column}: actions.send.colour")


@pytest.mark.parametrize(
    ("right", "wrong", "where", "named"),
    [
        ("action: note, from: queued", "action: knot, from: queued", "action: knot", "action 'knot'"),
        ("to: frozen, by: chief", "to: freezer, by: chief", "to: freezer", "state 'freezer'"),
        ("from: frozen", "from: [frozen, attic]", "attic", "state 'attic'"),
        ("to: returned, by: clerk", "to: returned, by: cook", "by: cook", "role 'cook'"),
        ("not_same_person_as: send", "not_same_person_as: knot", "as: knot", "action 'knot'"),
        ("within: 1wd, basis: P1", "within: 1wd, basis: P9", "basis: P9", "citation 'P9'"),
        ("kind: applicant, holder: driver", "kind: applicant, holder: pilot", "holder: pilot", "role 'pilot'"),
        ("correction: restart, excluded: frozen", "correction: restart, excluded: ice", "excluded: ice", "state 'ice'"),
        (
            "role: painter, after: sweep, within: 1wd}",
            "role: painter, after: swim, within: 1wd}",
            "swim",
            "part 'swim'",
        ),
        ("done: [ready, skipped]", "done: [ready, sold]", "done:", "state 'sold'"),
        ("acting_role: crew", "acting_role: crow", "acting_role:", "role 'crow'"),
    ],
)
def test_a_name_that_points_at_nothing_is_refused_with_its_line(
    right: str, wrong: str, where: str, named: str, small_text: str
) -> None:
    assert right in small_text
    text = small_text.replace(right, wrong)
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert problem.line == line_of(text, where)
    assert named in problem.message


@pytest.mark.parametrize(
    "wrong",
    [
        ("within: 2wd", "within: 2 weeks"),
        ("within: 2wd", "within: 0wd"),
        ("kind: waiting, holder: chief", "kind: asleep, holder: chief"),
        ("then: notify.receipt", "then: receipt"),
        ("version: 1", "version: one"),
        ("if: not big", "if: not  big"),
        ("from: frozen", "from: []"),
        ("kind: start, holder", "kind: applicant, holder"),
        ("kind: start}", "kind: office}"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(wrong: tuple[str, str], small_text: str) -> None:
    assert wrong[0] in small_text
    with pytest.raises(DefinitionError):
        parse(small_text.replace(*wrong))


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file(small_text: str) -> None:
    text = small_text.replace("from: frozen", "from: attic").replace(
        "to: returned, by: clerk", "to: returned, by: cook"
    )
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    assert [problem.line for problem in caught.value.problems] == [line_of(text, "by: cook"), line_of(text, "attic")]


def test_a_key_that_stands_twice_is_refused(small_text: str) -> None:
    text = small_text.replace("actions:\n  send", "actions:\n  send: {label: {zh: 甲, en: A}}\n  send", 1)
    with pytest.raises(DefinitionError, match=r"actions\.send: stands here twice") as caught:
        parse(text)
    assert caught.value.problems[0].line == line_of(text, "en: A}") + 1


@pytest.mark.parametrize(
    "text", ["", "a: [", "[1, 2]", "just words", "a: b: c", "&a [*a]", "a: \x00", "--- a\n--- b", "? [b]\n: c"]
)
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in caught.value.problems)


@given(st.text(alphabet="abc:-[]{}#&*!|>'\"%@`=\n \t\x000", max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    assert caught.value.problems


def test_the_hash_knows_content_from_layout(small: Definition, small_text: str) -> None:
    assert parse(
        "# a comment\n" + small_text.replace("by: [clerk, chief]}", "by: [ clerk,   chief ] }")
    ).content_hash == (small.content_hash)
    assert parse(small_text.replace("within: 2wd", "within: 4wd")).content_hash != small.content_hash
    assert len(small.content_hash) == 64


@given(st.text(max_size=20))
def test_the_hash_is_that_of_canonical_json(words: str) -> None:
    """As a stranger would compute it, with a library that knows nothing of ours."""
    table = parse(SMALL).model_copy(update={"title": Text(zh=words, en=words[::-1])})
    content = table.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert table.content_hash == sha256(rfc8785.dumps(content)).hexdigest()


def test_where_a_key_stands_or_a_default_is_written_does_not_count(
    small: Definition, broken: Callable[..., Definition]
) -> None:
    def turn(data: dict[str, Any]) -> None:
        data["rows"] = [dict(reversed(row.items())) for row in data["rows"]]
        data["actions"]["note"]["style"] = "second"
        data["parts"]["graph"]["sweep"]["required"] = "true"

    assert broken(turn).content_hash == small.content_hash


def test_models_are_frozen(small: Definition) -> None:
    with pytest.raises(ValidationError):
        small.rows[0].to = "granted"  # type: ignore[misc]  # that it cannot be written is what is tested


def test_the_file_name_must_agree_with_the_version(tmp_path: Path, small_text: str) -> None:
    (tmp_path / "workflow@2.yaml").write_text(small_text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="named version 2"):
        load(tmp_path / "workflow@2.yaml")


def test_a_folder_gives_all_versions_the_oldest_first(tmp_path: Path, small_text: str) -> None:
    for number in (10, 2, 1):
        text = small_text.replace("version: 1", f"version: {number}")
        (tmp_path / f"workflow@{number}.yaml").write_text(text, encoding="utf-8")
    assert list(load_versions(tmp_path)) == [1, 2, 10]


@given(st.integers(1, 9999), st.sampled_from(["wd", "d"]))
def test_a_limit_reads_what_it_writes(amount: int, unit: str) -> None:
    limit = Limit.model_validate(f"{amount}{unit}")
    assert (limit.amount, limit.unit, str(limit)) == (amount, unit, f"{amount}{unit}")
    written: Any = limit.model_dump()
    assert written == f"{amount}{unit}"


def test_a_condition_reads_what_it_writes() -> None:
    for text in ("big", "not big"):
        assert str(Condition.model_validate(text)) == text


def test_a_row_that_stays_is_written_same_and_keeps_its_checksum(small_text: str) -> None:
    written = parse(small_text)
    assert {row.to for row in written.rows if row.action == "note"} == {"="}
    assert parse(small_text.replace("to: same", 'to: "="')).content_hash == written.content_hash


def test_no_state_may_be_called_same(broken_text: Callable[..., str]) -> None:
    def rename(data: dict[str, Any]) -> None:
        data["states"]["same"] = data["states"].pop("frozen")

    with pytest.raises(DefinitionError, match="same"):
        parse(broken_text(rename))


def test_another_language_is_a_key_of_a_text_and_no_other_table(small_text: str) -> None:
    translated = small_text.replace("title: {", "title: {eo: Parkado, pt-BR: Estacionamento, ", 1)
    assert translated != small_text
    table = parse(translated)
    assert [table.title.in_(lang) for lang in ("eo", "pt-BR", "en", "fr")] == [
        "Parkado",
        "Estacionamento",
        table.title["en"],
        table.title["en"],
    ]
    assert table.content_hash == parse(small_text).content_hash
    assert table.title != parse(small_text).title


def test_a_key_that_is_no_tag_of_a_language_is_refused(small_text: str) -> None:
    with pytest.raises(DefinitionError):
        parse(small_text.replace("title: {", "title: {Esperanto: Parkado, ", 1))
