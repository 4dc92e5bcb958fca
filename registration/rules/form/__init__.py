"""The establishment form: one schema for each section, the same for the pages and the API."""

from registration.rules.form.faults import problems_of
from registration.rules.form.parsing import (
    Form,
    ReadForm,
    dump,
    parse,
    read,
    read_both,
    read_partly,
    read_section,
    refuse_unknown,
)
from registration.rules.form.reading import Reading, well_shaped
from registration.rules.form.sections import (
    CHOSEN,
    DOCUMENTS,
    DUPLICATES,
    ESTABLISHMENT,
    LAST_STEP,
    MODELS,
    NAMING_PERSONS,
    OF_APPLICATION,
    OF_REGISTERED,
    Group,
    Section,
    groups_of,
    sections_for,
)

__all__ = [
    "CHOSEN",
    "DOCUMENTS",
    "DUPLICATES",
    "ESTABLISHMENT",
    "LAST_STEP",
    "MODELS",
    "NAMING_PERSONS",
    "OF_APPLICATION",
    "OF_REGISTERED",
    "Form",
    "Group",
    "ReadForm",
    "Reading",
    "Section",
    "dump",
    "groups_of",
    "parse",
    "problems_of",
    "read",
    "read_both",
    "read_partly",
    "read_section",
    "refuse_unknown",
    "sections_for",
    "well_shaped",
]
