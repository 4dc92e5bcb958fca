"""Masks sensitive values for staff: enough to recognize a value, too little to use it."""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from registration.rules.form.owners import Owner
from registration.rules.identity import mask_address, mask_email, mask_id, mask_mobile
from registration.rules.paths import places

HIDDEN = "***"
_MASKS: Mapping[str, Callable[[str], str]] = {
    "mobile": mask_mobile,
    "address": mask_address,
    "postal_address": mask_address,
    "email": mask_email,
    "born_on": lambda day: day[:4] + re.sub("[^-]", "*", day[4:]),
    # For a beneficial owner not even the length of the value is shown.
    **dict.fromkeys(Owner.model_fields, lambda _: HIDDEN),
}


def masked_form(form: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A copy of a decrypted form with the text at each path (`people.0.id_no`) masked by its kind."""
    masked = deepcopy(dict(form))
    for holder, last in places(masked, paths):
        if isinstance(holder[last], str):
            holder[last] = _MASKS.get(str(last), mask_id)(holder[last])
    return masked
