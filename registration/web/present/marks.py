"""The marks of a file as its pages show them: what can be marked, whose marks there are, what nobody has marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from registration.http.context import lang_here
from registration.queries.casefile import CaseFile
from registration.queries.marks import KeptMark
from registration.rules.fields import label_of
from registration.rules.form import sections_for
from registration.rules.marks import Mark, part_of, whole_of
from registration.web.present.targets import target_label


@dataclass(frozen=True)
class Targets:
    """Everything that a clerk can mark. `parts`: whole target -> (target, name) of its persons or files, if several."""

    wholes: tuple[str, ...]
    parts: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def every(self) -> list[str]:
        return [*self.wholes, *(target for parts in self.parts.values() for target, _name in parts)]

    def name_of(self, target: str) -> str:
        """The person's or the file's name; empty for a whole target."""
        return dict(self.parts.get(whole_of(target), ())).get(target, "")


def targets_of(file: CaseFile) -> Targets:
    """The filled-in sections and the kinds of documents, each with its persons or files."""
    sections = sections_for(file.case.entity_type, file.case.regime, file.case.matter)
    kinds = [one.kind for one in file.documents]
    kinds += [need.need.kind for need in file.needs if need.need.required or need.files]
    filled = [section.key for section in sections if file.form.get(section.key)]
    persons = {f"section.{key}": _persons(f"section.{key}", file.form[key]) for key in filled}
    files = {
        f"material.{need.need.kind}": [(f"material.{need.need.kind}.{one.ref}", one.filename) for one in need.files]
        for need in file.needs
    }
    parts = {whole: rows for whole, rows in {**persons, **files}.items() if len(rows) > 1}
    return Targets((*(f"section.{key}" for key in filled), *(f"material.{kind}" for kind in kinds)), parts)


def _persons(target: str, value: object) -> list[tuple[str, str]]:
    rows = value if isinstance(value, list | tuple) else ()
    return [
        (f"{target}.{one['key']}", str(one.get("name") or ""))
        for one in rows
        if isinstance(one, Mapping) and one.get("key")
    ]


def label_of_mark(file: CaseFile, targets: Targets, target: str) -> str:
    """`人员信息` for a whole target, `人员信息 · 王某` for a person in it."""
    whole, name = target_label(whole_of(target), case=file.case), targets.name_of(target)
    return f"{whole} · {name}" if name else whole


def unmarked_of(targets: Targets, marks: Mapping[str, Mark]) -> list[str]:
    """The whole targets without a verdict; one whose persons or files all have one counts as marked."""
    return [whole for whole in targets.wholes if not _is_marked(whole, targets, marks)]


def _is_marked(whole: str, targets: Targets, marks: Mapping[str, Mark]) -> bool:
    parts = [target for target, _name in targets.parts.get(whole, ())]
    return _verdict(whole, marks) or (bool(parts) and all(_verdict(one, marks) for one in parts))


def _verdict(target: str, marks: Mapping[str, Mark]) -> bool:
    return target in marks and bool(marks[target].verdict)


def own_marks(kept: Iterable[KeptMark]) -> dict[str, Mark]:
    return {one.mark.target: one.mark for one in kept if one.own}


def shown_marks(kept: Iterable[KeptMark], *, may_mark: bool) -> dict[str, list[KeptMark]]:
    """The marks that are only read: those of colleagues, and the own ones where nothing can be marked now."""
    found: dict[str, list[KeptMark]] = {}
    for one in kept:
        if one.mark.verdict and not (may_mark and one.own):
            found.setdefault(one.mark.target, []).append(one)
    return found


def overview_of(file: CaseFile, targets: Targets, kept: Iterable[KeptMark]) -> list[str]:
    """What each clerk marked, in a sentence: for the one who decides on it."""
    by_clerk: dict[str, dict[str, Mark]] = {}
    for one in kept:
        by_clerk.setdefault(one.staff_no, {})[one.mark.target] = one.mark
    return [_sentence(file, targets, clerk, marks) for clerk, marks in by_clerk.items()]


def _sentence(file: CaseFile, targets: Targets, clerk: str, marks: Mapping[str, Mark]) -> str:
    bad = sum(mark.is_bad for mark in marks.values())
    good = sum(mark.verdict == "ok" for mark in marks.values())
    left = [target_label(whole, case=file.case) for whole in unmarked_of(targets, marks)]
    words = _("%(number)s号：通过%(good)s项，有问题%(bad)s项", number=clerk, good=good, bad=bad)
    return words + (_("；没有标记：%(left)s", left=_("、").join(left)) if left else "")


def about_of(file: CaseFile, target: str) -> str:
    """`王某：` or `详细地址：`, to stand before the words of a notice; empty for a whole section or document."""
    about, chapter = person_of(file, target), target.partition(".")[0]
    if chapter == "section" and part_of(target) and not about and not _is_list(file, target):
        path = target.partition(".")[2]
        about = label_of(path, lang_here(), entity_type=file.case.entity_type)
    return about + _("：") if about else ""


def _is_list(file: CaseFile, target: str) -> bool:
    return isinstance(file.form.get(whole_of(target).partition(".")[2]), list | tuple)


def person_of(file: CaseFile, target: str) -> str:
    """The name of the person whom the target is about; empty for any other target."""
    chapter, key, part = [*target.split(".", 2), ""][:3]
    rows = file.form.get(key) if chapter == "section" and part else ()
    rows = rows if isinstance(rows, list | tuple) else ()
    found = (one.get("name") for one in rows or () if isinstance(one, Mapping) and one.get("key") == part)
    return str(next(found, "") or "")
