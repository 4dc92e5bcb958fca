"""The establishment form: one schema for each section, the same for the pages and the API."""

from registration.rules.form.parsing import Form, dump, parse, problems_of, read
from registration.rules.form.sections import GROUPS, MODELS, Group, Section, sections_for

__all__ = ["GROUPS", "MODELS", "Form", "Group", "Section", "dump", "parse", "problems_of", "read", "sections_for"]
