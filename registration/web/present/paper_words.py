"""The register's data of a sheet, in the fields of its QR code, for the page that compares the two."""

import json

from certificates.credentials.qr_statement import statement_of
from certificates.particulars import Particulars
from registration.http.context import settings_here
from registration.keys import offline
from registration.queries.licences import Checked


def statement_expected(checked: Checked) -> dict[str, str] | None:
    """`register` and `key_rows` as JSON; None if the check was not by QR code."""
    licence, entity = checked.licence, checked.entity
    if checked.by != "token" or licence is None or entity is None:
        return None
    particulars = Particulars.model_validate(licence.particulars)
    rows = [one.row() for one in offline.published(settings_here()) if one.purpose == "qr"]
    register = statement_of(particulars, registrar=entity.registrar_code).plain()
    return {"register": json.dumps(register), "key_rows": json.dumps(rows)}
