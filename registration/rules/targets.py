"""Targets of a correction notice: a section of the form or a kind of document."""

from registration.rules.form import sections_for
from registration.rules.materials import material_kinds


def is_target(target: str, *, matter: str, entity_type: str, regime: str) -> bool:
    """Whether `section.<key>` or `material.<kind>` exists for this matter, type and regime."""
    chapter, _, key = target.partition(".")
    if chapter == "section":
        return key in {section.key for section in sections_for(entity_type, regime, matter)}
    return chapter == "material" and key in material_kinds(matter)
