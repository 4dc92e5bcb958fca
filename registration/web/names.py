"""The public check whether a name is free, without an account and without stored data."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request

from registration import database
from registration.access import access
from registration.clock import local_date, now
from registration.http.context import PUBLIC_LIMIT, limiter, say
from registration.queries.names import verdict_on
from registration.rules.entity_types import type_row
from registration.rules.names import name_types, outside_name
from registration.web.present.districts import districts_served
from registration.web.present.verdicts import NameVerdictText, verdict_in_words

blueprint = Blueprint("names", __name__)

# More than any name may have, so that a name that is too long is reported and not cut.
READ = 200


@blueprint.get("/names")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def check() -> str:
    name = outside_name(request.args.get("name", "").strip()[:READ])
    districts = districts_served()
    region6 = _one_of(request.args.get("region"), [code for code, _words in districts])
    entity_type = _one_of(request.args.get("entity_type"), list(name_types()))
    return render_template(
        "names/check.html",
        name=name,
        region6=region6,
        entity_type=entity_type,
        entity_types=[(kind, say(type_row(kind).name)) for kind in name_types()],
        districts=districts,
        verdict=_verdict(name, entity_type, region6) if name else None,
        raw={},
        others={},
        suggested=[],
        problems=[],
    )


def _one_of(asked: str | None, known: Sequence[str]) -> str:
    return asked if asked is not None and asked in known else known[0]


def _verdict(name: str, entity_type: str, region6: str) -> NameVerdictText:
    with database.reading() as session:
        found = verdict_on(
            session,
            name,
            entity_type=entity_type,
            region6=region6,
            prefecture=f"{region6[:4]}00",
            today=local_date(now()),
        )
    return verdict_in_words(found)
