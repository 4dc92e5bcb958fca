"""What a correction points at, in words: a section of the form or a kind of document."""

from registration.http.context import lang_here, say
from registration.models import Application
from registration.rules.form import NAMING_PERSONS, sections_for
from registration.rules.materials import material_label

# The most frequent reason, so that the clerk usually only writes the problem.
_USUAL = {
    "name": "S07",
    "domicile": "S08",
    "scope": "S09",
    "capital": "S10",
    "shareholders": "S10",
    "partners": "S10",
    "owners": "S05",
}


def target_label(target: str, *, case: Application) -> str:
    """`section.domicile` as 住所, `material.articles` as 公司章程; an unknown one as it is."""
    chapter, _dot, key = target.partition(".")
    if chapter == "material":
        return material_label(key, lang_here(), case.matter)
    sections = {section.key: section for section in sections_for(case.entity_type, case.regime, case.matter)}
    return say(sections[key].label) if key in sections else key


def usual_reason(target: str) -> str:
    """The correction code to start from."""
    chapter, _dot, key = target.partition(".")
    if chapter == "material":
        return "S01"
    return _USUAL.get(key) or ("S11" if key in {"people", *NAMING_PERSONS} else "S05")
