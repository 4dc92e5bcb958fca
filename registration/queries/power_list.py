"""The items of the power list, made from the table that new cases use, the matter's files and the registrars."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from registration.clock import local_date
from registration.matters import current, definition_of, matters
from registration.models import DefinitionChecksum, Registrar
from registration.queries.registrar_profiles import profile_on
from registration.rules.city import city
from registration.rules.duties import DECIDED, RECEIVED, REFUSED, duty_rows
from registration.rules.entity_types import EntityType, entity_types, regime_on
from registration.rules.founding_documents.texts import offered_rows
from registration.rules.kinds import Regime, is_five_numbers
from registration.rules.languages import in_offered
from registration.rules.matter_folders import matter_data, own_paper
from registration.rules.norms import article, articles, is_old_law, law_day, version_on
from registration.rules.power_items import (
    ListedBody,
    ListedItem,
    ListedLaw,
    ListedLimit,
    ListedMaterial,
    ListedRule,
    ListedStep,
    ListedType,
    PowerItem,
)
from registration.rules.reasons import known_bases, remedies
from registration.rules.regions import region
from registration.rules.registered_entity import is_for, items_of_type, register_rows
from workflows.analytics.milestones import decisions, hand_overs, refusals
from workflows.definition import Definition, Row
from workflows.definition.values import CHINESE, Limit, Text
from workflows.diagram.layout import plan

# The address of a page by its name and values, and the name of a paper by its kind: the edge knows both.
AddressOf = Callable[..., str]
NameOf = Callable[[str], Text]


@dataclass(frozen=True)
class Edge:
    """What the edge adds to the records."""

    address: AddressOf
    paper_name: NameOf


@dataclass(frozen=True)
class _Matter:
    """A matter with its table for new cases, under the law of most registrars on a day."""

    key: str
    table: Definition
    regime: Regime
    today: date

    @property
    def day(self) -> date:
        return law_day(self.regime, self.today)

    def rows(self) -> tuple[Row, ...]:
        """The rows that a case of this law can take."""
        five = is_five_numbers(self.regime)
        return tuple(
            row
            for row in self.table.rows
            if all(one.name != "five_numbers" or one.holds == five for one in row.conditions)
        )


def listed_matters() -> Mapping[str, str]:
    """Matter -> the table that new cases use where a registrar has not chosen another."""
    return {matter: key for matter in matters() if (key := current(matter, chosen={})) is not None}


def power_item(session: Session, matter: str, edge: Edge, *, today: date) -> PowerItem:
    """KeyError for a matter that is not there."""
    key = listed_matters()[matter]
    registrars = session.exec(select(Registrar).order_by(col(Registrar.code))).all()
    table, data = definition_of(key), matter_data(matter)
    found = _Matter(matter, table, _usual_regime(table, today), today)
    pin = session.exec(select(DefinitionChecksum).where(DefinitionChecksum.key == key)).first()
    words = duty_rows()
    bodies = tuple(_body(session, one, found) for one in registrars)
    return PowerItem(
        matter=matter,
        definition=key,
        version=table.version,
        checksum=table.content_hash,
        since=local_date(pin.first_used_at) if pin else None,
        code=city().about.item_codes.get(matter, matter),
        name=table.title,
        kind=data.power.kind,
        kind_name=words.kinds[data.power.kind],
        levels=tuple(dict.fromkeys(one.level for one in bodies)),
        body=bodies,
        basis=tuple(_laws(found)),
        applies_to=tuple(_type(found, row) for row in _types(table, today)),
        items=tuple(_items(found)),
        conditions=tuple(_conditions(found)),
        steps=tuple(_steps(found)),
        limits=tuple(_limits(found, registrars)),
        fee=data.power.fee or words.free,
        results=tuple(_results(found, edge.paper_name)),
        refusals=tuple(_refusals(found)),
        remedies=_text(lambda lang: remedies(regime=found.regime, on=today, lang=lang)),
        supervision_phone=city().about.hotline,
        complaint=edge.address("lists.complaints"),
        flowchart=edge.address("lists.flowchart", matter=matter),
    )


def _text(make: Callable[[str], str]) -> Text:
    return Text(**in_offered(make))


def _usual_regime(table: Definition, today: date) -> Regime:
    """The newest law that a type has today, so that the steps are those of most cases."""
    found = {regime_on(today, entity_type=row.key) for row in _types(table, today)}
    return next(regime for regime in reversed(Regime) if regime in found)


def _types(table: Definition, today: date) -> list[EntityType]:
    """The types whose law the table knows; of a matter on a registered entity those that have it."""
    known = [row for row in entity_types() if regime_on(today, entity_type=row.key) in table.clock]
    return [row for row in known if register_rows(table.matter) is None or is_for(table.matter, row.key)]


def _body(session: Session, registrar: Registrar, found: _Matter) -> ListedBody:
    head = profile_on(session, registrar, on=found.today)
    level = next((one.level for one in city().registrars if one.code == registrar.code), "county")
    return ListedBody(
        code=registrar.code,
        name=Text(**registrar.name),
        level=duty_rows().levels[level],
        districts=tuple(Text(**one.name) for one in map(region, registrar.regions) if one),
        definition=current(found.key, chosen=registrar.definitions) or "",
        phone=head.phone,
        reconsideration=head.reconsideration_body,
        court=head.court,
    )


def _citations(found: _Matter, keys: Iterable[str], regime: Regime | None = None) -> Iterator[str]:
    known = known_bases(found.key)
    for key in keys:
        if (row := known.get(key)) is not None:
            yield from row.old if is_old_law(regime or found.regime) else row.new


def _laws(found: _Matter) -> Iterator[ListedLaw]:
    """Every article that the table cites for this law, in the order of the table, each once."""
    clock = found.table.clock[found.regime]
    keys = [*clock.basis, *(key for row in found.rows() for key in row.basis)]
    for citation in dict.fromkeys(_citations(found, keys)):
        version = version_on(citation.partition(" ")[0], found.day)
        if version is not None:
            yield ListedLaw(
                citation=citation,
                text=article(citation, found.day),
                since=version.since,
                until=version.until if version.until != date.max else None,
                source=version.source,
            )


def _type(found: _Matter, row: EntityType) -> ListedType:
    regime = regime_on(found.today, entity_type=row.key)
    documents = offered_rows(entity_type=row.key, regime=regime, matter=found.key).values()
    made = {kind for one in documents for kind in one.replaces}
    materials = tuple(_materials(found.key, row, regime, made, law_day(regime, found.today)))
    return ListedType(key=row.key, name=row.name, regime=regime, materials=materials)


def _materials(
    matter: str, row: EntityType, regime: Regime, made: Collection[str], day: date
) -> Iterator[ListedMaterial]:
    for kind, one in matter_data(matter).materials.items():
        of_another_law = one.when == "five_numbers" and not is_five_numbers(regime)
        if row.answers_to(one.named) and not of_another_law:
            yield ListedMaterial(
                kind=kind,
                name=one.label,
                items=one.items,
                needed="always" if one.when is None else "optional" if one.otherwise else "if",
                why=one.why,
                made=kind in made,
                law=articles(one.basis, day),
            )


def _items(found: _Matter) -> Iterator[ListedItem]:
    """What can be chosen, with the types that have it; nothing where an entity is founded, or nothing is chosen."""
    rows, types = register_rows(found.key), [row.key for row in _types(found.table, found.today)]
    for key, row in rows.items.items() if rows else ():
        yield ListedItem(
            key=key,
            name=row.words,
            hint=row.hint,
            types=tuple(one for one in types if key in items_of_type(found.key, one)),
            within=Limit(amount=row.deadline, unit="d") if row.deadline else None,
            law=articles(row.basis, found.day),
        )


def _refusals(found: _Matter) -> Iterator[ListedRule]:
    """The matter's own grounds that the law of most cases has; `law` is that of all families of types."""
    for code, row in matter_data(found.key).reasons.rejection.items():
        cited = [*row.law, *(one for family in row.families.values() for one in family)]
        if law := articles(cited, found.day):
            yield ListedRule(key=code, text=row.words, law=law)


def _conditions(found: _Matter) -> Iterator[Text]:
    """The guards that keep an applicant from handing in, in words; a matter's own are said as its pages refuse them."""
    states = found.table.states
    own = {role for state in states.values() if state.is_with_applicant for role in state.holder}
    rows = [
        row for row in found.rows() if set(row.by) & own and any(states[one].is_with_applicant for one in row.sources)
    ]
    guards = dict.fromkeys(name for row in rows for name in row.guards)
    words = duty_rows().conditions
    yield from (words[name] for name in guards if name in words)
    yield from (row.words for row in matter_data(found.key).blockers.values())


def _steps(found: _Matter) -> Iterator[ListedStep]:
    """The states of a case of this law: first the usual way, then the others, without those where it has ended."""
    table, rows = found.table.model_copy(update={"rows": found.rows()}), found.rows()
    main = plan(table).main_path
    beside = [key for key in table.states if key in _reached(table.start, rows) and key not in main]
    for key in (*main, *beside):
        state = table.states[key]
        if state.kind == "final" and key != main[-1]:
            continue
        leaving = [row for row in rows if key in row.sources]
        counts = key in table.clock[found.regime].runs_in
        works = [row for row in leaving if set(row.by) & set(state.holder)] or leaving
        yield ListedStep(
            step=key,
            name=state.label,
            roles=tuple(table.roles[role] for role in state.holder or _movers(leaving, key)),
            with_office=state.kind in ("office", "waiting"),
            limit=state.within,
            counts=counts,
            usual=key in main,
            actions=tuple(dict.fromkeys(table.actions[row.action].label for row in works)),
            law=articles(_citations(found, [key for row in works for key in row.basis]), found.day),
            duties=tuple(_duties(table, key, leaving, counts=counts)) if state.kind in ("office", "waiting") else (),
        )


def _movers(leaving: Sequence[Row], state: str) -> list[str]:
    """Who takes a case on from a state that waits for nobody by name."""
    return list(dict.fromkeys(role for row in leaving if row.target_from(state) != state for role in row.by))


def _reached(start: str, rows: Sequence[Row]) -> set[str]:
    found, new = set[str](), {start}
    while new:
        found |= new
        new = {row.target_from(state) for row in rows for state in row.sources if state in new} - found
    return found


def _duties(table: Definition, state: str, leaving: Sequence[Row], *, counts: bool) -> Iterator[str]:
    """The duties that the moves out of a state have, by what they are and by their effects.

    Examination and decision are owed where the promised time runs (`counts`).
    """
    applicants = {role for one in table.states.values() if one.is_with_applicant for role in one.holder}
    of_office = [row for row in leaving if not set(row.by) <= applicants]
    moves = {(row.action, state, row.target_from(state)) for row in of_office}
    on = {effect for row in of_office for effect in row.effects}
    if any(target == state for _action, _source, target in hand_overs(table)):
        on.add(RECEIVED)
    if counts and moves & decisions(table):
        on.add(DECIDED)
    if counts and moves & refusals(table):
        on.add(REFUSED)
    yield from (key for key, row in duty_rows().duties.items() if on & set(row.at))


def _limits(found: _Matter, registrars: Sequence[Registrar]) -> Iterator[ListedLimit]:
    """One for each law that new cases are under, the newest first."""
    models = {one.regime == Regime.FIVE_NUMBERS_2015 for one in registrars} or {False}
    used = {
        regime_on(found.today, entity_type=row.key, five_numbers=five)
        for row in _types(found.table, found.today)
        for five in models
    }
    for regime in (one for one in reversed(Regime) if one in used and one in found.table.clock):
        clock = found.table.clock[regime]
        under = _Matter(found.key, found.table, regime, found.today)
        yield ListedLimit(
            regime=regime,
            legal=matter_data(found.key).power.legal_limit or clock.limit,
            promised=clock.limit,
            extension=_extension(under, clock.runs_in),
            correction=clock.correction,
            law=articles(_citations(under, clock.basis), under.day),
        )


def _extension(found: _Matter, runs_in: Collection[str]) -> Limit | None:
    """The time that a row adds where the case stays in a state in which its time runs."""
    stays = (row for row in found.rows() if row.within and any(row.target_from(one) == one for one in row.sources))
    return next((row.within for row in stays if set(row.sources) & set(runs_in)), None)


def _results(found: _Matter, paper_name: NameOf) -> Iterator[Text]:
    """The licence, where the table makes one or another edition, and the papers of its decisions."""
    effects, later = dict.fromkeys(effect for row in found.rows() for effect in row.effects), register_rows(found.key)
    if "issue.licence" in effects or (later is not None and later.edition != "never"):
        yield duty_rows().licence
    decided = decisions(found.table)
    for effect in effects:
        kind = effect.removeprefix("paper.")
        makers = [row for row in found.rows() if effect in row.effects]
        moves = {(row.action, state, row.target_from(state)) for row in makers for state in row.sources}
        if kind != effect and moves & decided:
            own = own_paper(found.key, kind)
            yield Text(**{**paper_name(kind), CHINESE: own.title}) if own and kind != "decision" else paper_name(kind)
