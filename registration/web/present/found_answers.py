"""Short answers to a caller's question, found in what is published already: lists, guide, answered voices, scope."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from registration.database import reading
from registration.http.context import say
from registration.queries.published_voices import newest_published
from registration.rules.answer_search import ranked
from registration.rules.guide import fitting, questions
from registration.rules.power_items import ListedLimit, PowerItem
from registration.rules.reference import texts
from registration.rules.scope import ScopeItem, permit_of, prohibited_in
from registration.rules.scope_general import found_for, idea_in
from registration.web.i18n import mark
from registration.web.present.guide import compared
from registration.web.present.lists import limit_words
from registration.web.present.voices import kind_words

# So many answers of one source, and so many published texts are searched.
MOST, MOST_SEARCHED = 5, 300


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """A heading, a short answer and the public page; `words` are searched beside them and not shown."""

    title: str
    text: str
    href: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A published collection with what was found in it."""

    name: str
    found: Sequence[FoundAnswer]


def found_answers(sought: str, items: Sequence[PowerItem], *, now: datetime) -> list[Source]:
    """The sources in which something was found, each with its best answers.

    What people wrote is weighed together, so that a source with a weak answer is left out beside a strong one.
    """
    sources = {
        _("权力清单"): [one for item in items for one in _of_item(item)],
        _("办事指引"): [*_of_guide(), *_of_types(now)],
        _("别人问过的"): _of_voices(),
    }
    every = [(name, one) for name, answers in sources.items() for one in answers]
    searched = [f"{one.title} {one.text} {one.words}" for _name, one in every]
    best = [every[number] for number in ranked(sought, searched, limit=MOST * len(sources))]
    found = {name: [one for source, one in best if source == name][:MOST] for name in sources}
    scope = {_("能不能经营、要不要许可"): list(_of_scope(sought))}
    return [Source(name, answers) for name, answers in (found | scope).items() if answers]


def _of_item(item: PowerItem) -> Iterator[FoundAnswer]:
    page = url_for("lists.power", matter=item.matter)
    for one in item.applies_to:
        needed = [say(paper.name) for paper in one.materials if paper.needed == "always"]
        text = _listed(needed) if needed else _("没有都要交的材料，有的情形才要，见清单")
        yield _subject("materials", item, text, f"{page}#materials", of=say(one.name))
    yield _subject("limits", item, _sentences([_limit(one) for one in item.limits[:1]]), f"{page}#limits")
    yield _subject("fee", item, say(item.fee), page)
    if item.conditions:
        yield _subject("conditions", item, _sentences([say(one) for one in item.conditions]), page)
    yield _subject("complaint", item, _("监督电话：%(number)s", number=item.supervision_phone), item.complaint)
    yield _subject("appeals", item, say(item.remedies), url_for("lists.appeals"))


def _subject(key: str, item: PowerItem, text: str, href: str, *, of: str = "") -> FoundAnswer:
    row = texts("reference/answer_words.yaml")[key]
    return FoundAnswer(" · ".join(filter(None, (say(item.name), of, say(row["title"])))), text, href, row["words"])


def _limit(one: ListedLimit) -> str:
    return _("法定%(legal)s，承诺%(promised)s。", legal=limit_words(one.legal), promised=limit_words(one.promised))


def _of_guide() -> Iterator[FoundAnswer]:
    """Each answer to a question of the guide, with the types to which it leads."""
    for question in questions():
        for key, words in question.options.items():
            kinds = _listed([say(row.name) for row in fitting({question.key: key})])
            title, given = f"{say(question.words)} {say(words)}", {question.key: key}
            yield FoundAnswer(title, _("可以办：%(kinds)s", kinds=kinds), f"{url_for('guide.ask')}?{urlencode(given)}")


def _of_types(now: datetime) -> Iterator[FoundAnswer]:
    for one in compared(now=now):
        said = [say(text) for text in (one.row.compare.fits, one.row.compare.liability, one.row.compare.capital)]
        words = f"{say(one.row.compare.tax)} {say(one.row.compare.abroad)}"
        href = url_for("guide.ask", entity_type=one.row.key)
        yield FoundAnswer(say(one.row.name), _sentences([*said, *one.persons]), href, words)


def _of_voices() -> list[FoundAnswer]:
    with reading() as session:
        rows = newest_published(session, most=MOST_SEARCHED)
    return [
        FoundAnswer(one.question, one.answer, url_for("voices.home", q=one.question[:100]), kind_words(one.kind))
        for one in rows
    ]


def _of_scope(sought: str) -> Iterator[FoundAnswer]:
    """What the public search of the scope says of the same words."""
    href = url_for("guide.scope", q=sought)
    for word in prohibited_in(sought):
        yield FoundAnswer(sought, say(word), href)
    idea = idea_in(sought)
    if idea is not None:
        yield FoundAnswer(sought, say(idea.text), href)
    for item in found_for(sought, limit=MOST):
        yield FoundAnswer(say(item), _permit(item), href)


def _permit(item: ScopeItem) -> str:
    needed = permit_of(item)
    if needed is None:
        return _("不用许可")
    told = {"paper": say(needed.name), "authority": say(needed.authority)}
    if item.permit == "pre":
        return _("登记前要取得：%(paper)s（%(authority)s），在材料一节上传", **told)
    return _("开业前要取得：%(paper)s（%(authority)s）", **told)


def _listed(parts: Sequence[str]) -> str:
    return mark("list").join(parts)


def _sentences(parts: Sequence[str]) -> str:
    return mark("clauses").join(part.rstrip("。.") for part in parts)
