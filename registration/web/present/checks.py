"""The automatic checks of a file, for the examiner: what a person must look at, and what has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from registration.http.context import lang_here, say
from registration.queries.automatic_checks import law_day_of
from registration.queries.casefile import CaseFile
from registration.rules.automatic_checks import Check, check_groups
from registration.rules.languages import values_in
from registration.rules.norms import listed
from registration.web.i18n import day


@dataclass(frozen=True)
class CheckLine:
    """One check in the reader's language; `law` is empty where it rests on no article."""

    check: Check
    group: str
    words: Markup
    law: str
    may_override: bool = False


@dataclass(frozen=True)
class CheckPanel:
    """`open` are the checks that a person must look at, `passed` those of each group that are in order."""

    open: tuple[CheckLine, ...]
    passed: tuple[tuple[str, tuple[CheckLine, ...]], ...]

    @property
    def passed_count(self) -> int:
        return sum(len(lines) for _, lines in self.passed)


def panel_of(file: CaseFile, checks: Sequence[Check], *, may_override: bool) -> CheckPanel:
    """`may_override`: the reader holds the file and may give a reason where law leaves room."""
    lines = [_line(file, one, may_override) for one in checks]
    groups = [say(label) for label in check_groups().values()]
    passed = [
        (group, tuple(one for one in lines if one.group == group and one.check.verdict == "ok")) for group in groups
    ]
    return CheckPanel(
        tuple(one for one in lines if one.check.verdict != "ok"), tuple((group, ones) for group, ones in passed if ones)
    )


def _words(one: Check, lang: str) -> Markup:
    """The text, with its days marked up as such."""
    if one.problem is not None:
        return escape(one.text(lang))
    values = {name: day(value) if isinstance(value, date) else value for name, value in one.data.items()}
    return escape(one.template(lang)).format_map(values_in(lang, values))


def _line(file: CaseFile, one: Check, may_override: bool) -> CheckLine:
    lang = lang_here()
    law = listed(one.articles(lang, on=law_day_of(file)), lang)
    return CheckLine(
        one, say(check_groups()[one.rule.group]), _words(one, lang), law, may_override and one.stops and one.room
    )
