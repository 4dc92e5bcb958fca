"""Masks the input for applicants: everything is shown except the numbers of documents."""

from collections.abc import Mapping
from typing import Any

from registration.rules.fields import sensitive_paths
from registration.rules.masking import masked_form

NUMBERS = frozenset({"id_no", "representative_id_no"})


def own_view(form: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy of the form with the numbers of identity documents masked."""
    return masked_form(form, [path for path in sensitive_paths(form) if path.rpartition(".")[2] in NUMBERS])
