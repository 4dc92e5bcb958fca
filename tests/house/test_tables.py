"""Names in tables and registered names match in both directions, and every refusal has a text."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from string import Formatter

import pytest
import yaml

from registration import tasks
from registration.matters import definition_of, guards, shipped
from registration.operations import (
    act,
    correspondence,
    delayed_decisions,
    editions,
    english_summary,
    exchange,
    feedback,
    founding_documents,
    licence_correction,
    promises,
    straight_through,
    webhook_deliveries,
)
from registration.queries import (
    address_changes,
    capital_terms,
    exchange_mails,
    name_imports,
    open_data,
    password_resets,
    push,
    sign_ups,
    verification,
)
from registration.queries.application_document import FOUNDING_DOCUMENT
from registration.queries.desk_notices import DESK_NOTICES
from registration.queries.notices import CLAIM_DECLARED, CORRECTION_REMINDER
from registration.queries.papers_asked import ASKED
from registration.queries.voice_mails import VOICE_MAILS
from registration.rules.blockers import blocker_text
from registration.rules.guards import CONDITIONS
from registration.rules.push import REMINDER
from registration.rules.reference import texts
from tests.house.source import ROOT, Source, called, sources
from workflows.check import check
from workflows.definition import Definition, Table
from workflows.errors import Blocker

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def local_effects() -> frozenset[str]:
    for verb in act.VERBS:
        import_module(f"registration.operations.{verb}")
    return frozenset(act.LOCAL_EFFECTS)


def tables() -> Iterator[Table]:
    for key in shipped():
        definition = definition_of(key)
        yield definition
        if definition.parts is not None:
            yield definition.parts


def named(kind: str) -> frozenset[str]:
    return frozenset(name for table in tables() for name in getattr(table, kind))


def test_every_effect_has_one_handler_and_every_handler_an_effect(local_effects: frozenset[str]) -> None:
    assert not local_effects & tasks.TASKS.keys()
    # Effects without an action of a table: of sweeps, of the ledger after a case has ended, of requested prints, of
    # the mail of a sign-up, of reminders to signers, of messages about a case, of ratings and complaints, and of
    # decisions that can be taken back.
    asked = {english_summary.EFFECT, "letterhead.samples", *(f"paper.{kind}" for kind in ASKED)}
    corrected = {f"paper.{licence_correction.PAPER}", licence_correction.NOTICE}
    # The document of a matter with its own wording; none of the shipped tables has one.
    asked |= {"paper.decision"}
    # The documents of the answers: of a submission, and drafts on request.
    asked |= {f"paper.{FOUNDING_DOCUMENT}", founding_documents.DRAFT}
    beside = {
        *promises.EFFECTS.values(),
        editions.EFFECT,
        *corrected,
        *asked,
        sign_ups.EFFECT,
        REMINDER,
        delayed_decisions.EFFECT,
    }
    beside |= {password_resets.EFFECT, password_resets.CHANGED, address_changes.EFFECT, address_changes.CHANGED}
    # A decision at once, which a submission orders only where it is switched on.
    beside |= {straight_through.ORDER}
    beside |= {*DESK_NOTICES, correspondence.TO_APPLICANT, feedback.ANSWERED, CORRECTION_REMINDER, CLAIM_DECLARED}
    beside |= {verification.EFFECT, verification.ALERT, open_data.EFFECT, name_imports.EFFECT, *VOICE_MAILS}
    # Notices to companies, which the registrar's director orders.
    beside |= {capital_terms.NOTICE, capital_terms.NOTIFY_ALL}
    # A push to a device, which a notice orders.
    beside |= {push.EFFECT}
    # Turns of those who are told what happens, and of agencies.
    beside |= {webhook_deliveries.EFFECT, exchange.EFFECT}
    beside |= {exchange_mails.AWAY, exchange_mails.DIFFERS, exchange_mails.MISSED}
    assert not beside & named("effects")
    assert local_effects | tasks.TASKS.keys() == named("effects") | beside


def registered_effects(files: Iterable[Source]) -> list[str]:
    """The names registered with `@local_effect("...")`, with repetitions."""
    calls = (call for file in files for call in file.calls("local_effect"))
    return [str(ast.literal_eval(call.args[0])) for call in calls]


def test_no_effect_is_registered_twice(local_effects: frozenset[str]) -> None:
    registered = registered_effects(sources("registration"))
    assert sorted(registered) == sorted(local_effects)
    twice = Source("a.py", '@local_effect("x")\ndef a(): ...\n@local_effect("x")\ndef b(): ...\n')
    assert Counter(registered_effects([twice])) == {"x": 2}


def test_every_verb_that_writes_is_loaded(local_effects: frozenset[str]) -> None:
    """A module that registers with `act` but is missing in its VERBS would write only if another module imports it."""
    hooks = {"local_effect", "writes"}
    registering = {
        file.name.rpartition("/")[2].removesuffix(".py")
        for file in sources("registration/operations")
        if any(called(one) in hooks for f in file.functions() for one in f.decorator_list if isinstance(one, ast.Call))
    }
    assert registering
    assert registering <= set(act.VERBS)


def test_every_writer_belongs_to_an_action(local_effects: frozenset[str]) -> None:
    assert act.WRITERS.keys() <= named("actions")


def test_every_guard_and_condition_is_bound_and_every_bound_one_is_named() -> None:
    assert named("guards") == guards().keys()
    assert named("conditions") == CONDITIONS.keys()


@pytest.mark.parametrize("key", shipped())
def test_the_checker_finds_nothing_with_what_the_application_binds(key: str, local_effects: frozenset[str]) -> None:
    effects = local_effects | tasks.TASKS.keys()
    definition = definition_of(key)
    assert not check(definition, guards=guards(), conditions=CONDITIONS, effects=effects)
    assert check(definition, guards=set(guards()) - {"not_own_case"}, conditions=CONDITIONS, effects=effects)


@pytest.mark.parametrize("key", shipped())
def test_a_table_is_kept_under_its_own_name(key: str) -> None:
    definition: Definition = definition_of(key)
    assert key == f"{definition.matter}@{definition.version}"


@pytest.mark.parametrize("key", shipped())
def test_what_only_the_system_may_do_the_system_does(key: str) -> None:
    """No page has a button for these: an action that no operation names would never be taken."""
    definition = definition_of(key)
    rows = [*definition.rows, *(definition.parts.rows if definition.parts else ())]
    takers = {row.action: {role for one in rows if one.action == row.action for role in one.by} for row in rows}
    alone = {action for action, roles in takers.items() if roles == {"system"}}
    words = {
        node.value
        for file in sources("registration/operations")
        for node in file.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert alone or "system" not in definition.roles
    assert alone <= words


def blocker_codes(files: Iterable[Source]) -> set[str]:
    """Every code of a `Blocker`, made directly or by the guards' helper functions."""
    places = {"Blocker": 0, "_unless": 1, "_given": 1}
    return {
        code
        for file in files
        for name, place in places.items()
        for call in file.calls(name)
        if len(call.args) > place
        for code in _constants(call.args[place], file)
    }


def _constants(node: ast.expr, file: Source) -> Iterator[str]:
    """The possible string values of an argument; for a variable, those assigned in this file."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*_constants(node.body, file), *_constants(node.orelse, file))
    elif isinstance(node, ast.Name):
        for one in file.nodes:
            if isinstance(one, ast.Assign) and any(getattr(target, "id", "") == node.id for target in one.targets):
                yield from _constants(one.value, file)


def test_every_refusal_has_its_words_and_all_words_a_refusal() -> None:
    codes = blocker_codes(sources("registration", "workflows"))
    assert codes == set(texts("reference/blockers.yaml"))
    assert {"wrong_route", "own_case", "not_editable", "reason_is_missing"} <= codes


@pytest.mark.parametrize("code", sorted(texts("reference/blockers.yaml")))
def test_a_refusal_reads_as_a_sentence_in_both_languages(code: str) -> None:
    wanted = {name for lang in LANGS for name in placeholders(texts("reference/blockers.yaml")[code][lang])}
    given = dict.fromkeys(wanted - {"detail"}, "·")
    said = [blocker_text(Blocker(code, given), lang) for lang in LANGS]
    assert all(said)
    assert said[0] != said[1]
    assert not [text for text in said if "{" in text]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def keys_twice(text: str) -> list[str]:
    """Duplicate keys in a mapping of a YAML text: the loader keeps the last without an error."""
    found: list[str] = []
    waiting = [yaml.compose(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            found += [key for key, times in Counter(key.value for key, _ in node.value).items() if times > 1]
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return found


@pytest.mark.parametrize(
    "path", sorted(str(path.relative_to(ROOT)) for path in (ROOT / "registration").rglob("*.yaml"))
)
def test_no_key_stands_twice(path: str) -> None:
    assert keys_twice((ROOT / path).read_text(encoding="utf-8")) == []
    assert keys_twice("a: {b: 1, b: 2}") == ["b"]


def as_text(value: object) -> object:
    """A value that a YAML 1.1 reader took for a number, as its original text; others are unchanged."""
    if isinstance(value, dict):
        return {as_text(key): as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    # A boolean may be written only as `true` or `false`, which every reader accepts.
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if type(value) in (int, float) else value


@pytest.mark.parametrize(
    "path", sorted(str(path.relative_to(ROOT)) for path in (ROOT / "registration").rglob("workflow@*.yaml"))
)
def test_any_yaml_reader_reads_a_table_as_we_do(path: str) -> None:
    """A value such as `no`, `on`, `=` or a bare date has another meaning in YAML 1.1."""
    text = (ROOT / path).read_text(encoding="utf-8")
    assert as_text(yaml.safe_load(text)) == yaml.load(text, Loader=yaml.BaseLoader)
