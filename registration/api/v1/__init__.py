"""Version 1 of the API: everything the pages do, through the same operations, for programs."""

from flask_openapi3 import OpenAPI

from registration.api.v1 import (
    accounts,
    apply,
    businesses,
    catalogue,
    correspondence,
    describe,
    documents,
    examination,
    explain,
    feedback,
    holding,
    inbox,
    ledger,
    licences,
    log,
    materials,
    next_steps,
    papers,
    public_notices,
    public_progress,
    public_register,
    receipts,
    registrar_profiles,
    review,
    sign,
    supervision,
    verify,
    voices,
)
from registration.api.v1.blueprint import blueprint

# The chapters hang their views on the blueprint when they are imported.
CHAPTERS = (
    *(accounts, catalogue, apply, businesses, documents, materials, sign, review, inbox, correspondence),
    *(feedback, supervision),
    *(examination, holding, licences, ledger, papers, registrar_profiles),
    *(receipts, verify, log, describe, explain, public_notices, public_progress, public_register, next_steps),
    voices,
)


def register(app: OpenAPI) -> None:
    """Serves the API below /api/v1 and describes it at /api/v1/openapi.json."""
    describe.prepare(app)
    app.register_api(blueprint)


__all__ = ["CHAPTERS", "register"]
