"""The automatic checks of a file, for the examiner."""

from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlmodel import Session

from registration.http.context import lang_here
from registration.queries.casefile import CaseFile
from registration.queries.checks import at_same_domicile, name_held_until
from registration.rules.materials import material_label
from registration.rules.problems import problem_text
from registration.web.i18n import day


@dataclass(frozen=True)
class CheckRow:
    """What the computer found: `kind` ok, warn or bad."""

    kind: str
    words: Markup


def checks_of(session: Session, file: CaseFile) -> list[CheckRow]:
    """The automatic checks of a file: faults are bad, points for a person are warn."""
    facts = file.facts
    checks = [_name_check(session, file), *_form_checks(file)]
    checks += [CheckRow("warn", escape(problem_text(flag, lang_here()))) for flag in facts.flags]
    neighbours = at_same_domicile(session, file.case)
    if neighbours:
        names = _("、").join(one.name or one.code for one in neighbours)
        checks.append(CheckRow("warn", escape(_("同一住所已登记：%(names)s", names=names))))
    else:
        checks.append(CheckRow("ok", escape(_("同一住所没有其他登记"))))
    return checks


def _name_check(session: Session, file: CaseFile) -> CheckRow:
    if not file.case.name and file.facts.name_is_reserved:
        return CheckRow("ok", escape(_("不使用名称")))
    if not file.facts.name_is_reserved:
        return CheckRow("bad", escape(_("名称没有保留")))
    if file.facts.name_awaits_decision:
        return CheckRow("bad", escape(_("名称须人工审查，还没有决定")))
    until = name_held_until(session, file.case)
    if until is None:
        return CheckRow("ok", escape(_("名称已登记")))
    return CheckRow("ok", escape(_("名称已保留，到%(day)s")) % {"day": day(until)})


def _form_checks(file: CaseFile) -> list[CheckRow]:
    facts, lang = file.facts, lang_here()
    missing = _("、").join(material_label(kind, lang, facts.matter) for kind in facts.missing_materials)
    answers = [
        (not facts.problems, _("填写内容符合各项规则"), ""),
        (not missing, _("材料齐全"), _("缺少材料：%(kinds)s", kinds=missing)),
        (not facts.unsigned, _("%(count)s人签名，与现在的内容一致", count=len(file.signatures)), _("还有人没有签名")),
    ]
    found = [CheckRow("ok" if holds else "bad", escape(yes if holds else no)) for holds, yes, no in answers]
    problems = (*facts.problems, *facts.unprintable)
    faults = [CheckRow("bad", escape(words)) for words in dict.fromkeys(problem_text(one, lang) for one in problems)]
    return [*faults, *(check for check in found if check.words)]
