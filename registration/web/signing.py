"""Who must sign an application, who has, and the links for those who have not."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.http.context import say, settings_here, the_actor
from registration.models import Party
from registration.operations import sign
from registration.queries.casefile import CaseFile
from registration.rules.form.parties import party_in
from registration.rules.signers import CAPACITIES
from registration.web.forms.section import open_case
from registration.web.present.kinds import entity_type_words

blueprint = Blueprint("signing", __name__, url_prefix="/applications/<ref>/signatures")

Page = str | Response


@blueprint.get("")
@access("application.edit")
def listed(ref: str) -> Page:
    return _page(open_case(ref), links={})


@blueprint.post("")
@access("application.edit")
def show_links(ref: str) -> Page:
    """The links are shown in the answer to this request only: any person with a link can open the file."""
    links = sign.links_for(ref, actor=the_actor(), now=now())
    return _page(open_case(ref), links=links)


@blueprint.post("/<party>/renew")
@access("application.edit")
def renew(ref: str, party: str) -> Page:
    """Replaces a link that another person may know; the old one stops working."""
    secret = sign.renew_link(ref, party, actor=the_actor(), now=now())
    return _page(open_case(ref), links={party: secret})


def capacity_words(capacities: list[str]) -> str:
    return _("、").join(say(CAPACITIES[capacity]) for capacity in capacities if capacity in CAPACITIES)


def _page(file: CaseFile, *, links: dict[str, str]) -> str:
    here = settings_here().public_url.rstrip("/")
    rows = [
        (one.party, capacity_words(one.party.capacities), one.valid, _signs_for(file, one.party))
        for one in file.signatures
    ]
    addresses = {party: here + url_for("sign.show", secret=secret) for party, secret in links.items()}
    return render_template(
        "sign/listed.html",
        file=file,
        kind=entity_type_words(file.case.entity_type),
        rows=rows,
        addresses=addresses,
        missing=sum(not valid for _party, _words, valid, _for in rows),
        may_open=sign.may_open_links(file.case),
        days=settings_here().signing_link_days,
    )


def _signs_for(file: CaseFile, party: Party) -> str:
    """The organization for which this party signs, if it is one."""
    person = party_in(file.form, party.person_key)
    return str(person.get("name") or "") if person.get("kind") == "legal" else ""
