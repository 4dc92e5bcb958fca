"""The Mermaid text of tables."""

from workflows.definition import Definition, parse
from workflows.diagram import mermaid


def test_states_and_rows_are_drawn_in_the_language_asked_for(small: Definition) -> None:
    lines = [line.strip() for line in mermaid.states(small, lang="en").splitlines()]
    assert lines[:3] == ["stateDiagram-v2", "draft : Draft", "queued : Queued"]
    assert "[*] --> draft" in lines
    assert "draft --> queued : Send" in lines
    assert "queued --> queued : Note / Stretch" in lines
    assert "granted --> [*]" in lines
    assert "draft --> queued : 提交" in mermaid.states(small, lang="zh")


def test_two_rows_of_one_action_are_one_arrow(small: Definition) -> None:
    assert mermaid.states(small, lang="en").count("queued --> granted : Grant\n") == 1


def test_the_graph_of_parts_is_drawn_with_its_agencies(small: Definition) -> None:
    text = mermaid.parts(small, lang="en")
    assert text.startswith("flowchart LR\n")
    assert '    lines["Lines<br/>Painter"]\n' in text
    assert "    sweep --> lines\n" in text
    assert "    sweep -.-> sign\n" in text, "an optional part is dotted"


def test_a_matter_without_parts_has_no_graph(small: Definition) -> None:
    assert mermaid.parts(small.model_copy(update={"parts": None}), lang="zh") == ""


def test_signs_that_mermaid_would_read_stay_text(small_text: str) -> None:
    table = parse(small_text.replace("en: Queued", "en: 'Queue #1: \"A\"; <b>'"))
    assert "queued : Queue #35;1#58; #quot;A#quot;#59; #lt;b#gt;" in mermaid.states(table, lang="en")


def test_every_state_and_part_of_the_establishment_table_is_drawn(establishment: Definition) -> None:
    states, parts = mermaid.states(establishment, lang="zh"), mermaid.parts(establishment, lang="zh")
    assert all(f"    {key} : {state.label['zh']}\n" in states for key, state in establishment.states.items())
    assert establishment.parts is not None
    assert all(f'    {key}["{part.label["zh"]}<br/>' in parts for key, part in establishment.parts.graph.items())
