"""Mermaid text of a table and of its graph of parts, for documents and pages."""

from collections.abc import Iterator

from workflows.definition import Definition, Parts, Table


def states(table: Table, *, lang: str) -> str:
    """A ``stateDiagram-v2``: every state with its label, every row with its action's label, the same text each time."""
    return "\n".join(["stateDiagram-v2", *_states(table, lang), *_rows(table, lang)]) + "\n"


def parts(definition: Definition, *, lang: str) -> str:
    """A ``flowchart`` of which part waits for which; empty for a matter without parts."""
    if definition.parts is None:
        return ""
    return "\n".join(["flowchart LR", *_parts(definition, definition.parts, lang)]) + "\n"


def _states(table: Table, lang: str) -> Iterator[str]:
    for key, state in table.states.items():
        yield f"    {key} : {_plain(state.label.in_(lang))}"
    yield f"    [*] --> {table.start}"


def _rows(table: Table, lang: str) -> Iterator[str]:
    """One arrow for each pair of states, so that ten actions that keep the state are one loop."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in table.rows:
        for source in row.sources:
            labels = arrows.setdefault((source, row.target_from(source)), [])
            label = _plain(table.actions[row.action].label.in_(lang))
            if label not in labels:
                labels.append(label)
    for (source, target), labels in arrows.items():
        yield f"    {source} --> {target} : {' / '.join(labels)}"
    for key, state in table.states.items():
        if state.kind == "final":
            yield f"    {key} --> [*]"


def _parts(definition: Definition, graph: Parts, lang: str) -> Iterator[str]:
    for key, part in graph.graph.items():
        label, role = _plain(part.label.in_(lang)), _plain(definition.roles[part.role].in_(lang))
        yield f'    {key}["{label}<br/>{role}"]'
    for key, part in graph.graph.items():
        for earlier in part.after:
            yield f"    {earlier} {'-->' if part.required else '-.->'} {key}"


def _plain(text: str) -> str:
    """These characters are syntax in Mermaid; entity codes keep them as text."""
    codes = {"#": "#35;", '"': "#quot;", ";": "#59;", ":": "#58;", "<": "#lt;", ">": "#gt;"}
    return "".join(codes.get(character, character) for character in text)
