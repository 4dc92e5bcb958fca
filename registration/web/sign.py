"""The signer's pages, without an account: the request, the identity, the whole file, the signature or the refusal, and
the report that it is not this person."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import database
from registration.access import access
from registration.actor import Actor
from registration.clock import local_date, now
from registration.errors import (
    ActionRefused,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    StaleVersion,
    TooManyAttempts,
)
from registration.gateways.identity import identity_check
from registration.http.context import actor_here, lang_here, limiter
from registration.models import Account, Application, Party
from registration.operations import misuse, sign, signer_identity
from registration.queries.misuse import open_reports
from registration.queries.readable import material_of
from registration.queries.signing import SigningFile, signing_file
from registration.rules.declarations import declaration_text
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.materials import picture_of
from registration.web.present.answers import chapters
from registration.web.present.changes import pairs_of
from registration.web.present.decisions import blocker_errors
from registration.web.present.kinds import entity_type_words
from registration.web.providers import provider_words, providers_here
from registration.web.signing import capacity_words

blueprint = Blueprint("sign", __name__, url_prefix="/sign/<secret>")

Page = str | AnyResponse | tuple[str, int]
LOOK_LIMIT = "60/minute;600/hour"
PROVE_LIMIT = "6/minute;30/hour"


def _link_here() -> str:
    """Tries are counted by link: partners who sign in one room share an address, and a guesser has many of them."""
    return sign.link_hash((request.view_args or {}).get("secret", ""))


@blueprint.errorhandler(NotFound)
def unknown(_error: NotFound) -> tuple[str, int]:
    """A link that was mistyped, renewed, or has run out: all three look alike from outside."""
    return render_template("sign/unknown.html"), 404


@blueprint.get("")
@access("link")
@limiter.limit(LOOK_LIMIT)
def show(secret: str) -> Page:
    actor = sign.party_behind(secret, now=now())
    opened = _opened(actor)
    if opened.signed:
        return _page("sign/done.html", secret, opened)
    return _page("sign/file.html" if opened.proved else "sign/identity.html", secret, opened)


@blueprint.post("/identity")
@access("link")
@limiter.limit(LOOK_LIMIT)
@limiter.limit(PROVE_LIMIT, key_func=_link_here)
def prove(secret: str) -> Page:
    """Asks the identity service about the name of the party and the number that was typed."""
    opened = _opened(sign.party_behind(secret, now=now()))
    if request.form.get("by") == "sign_in":
        return _proved_by_sign_in(secret, opened)
    number = request.form.get("id_no", "")
    if not number.strip():
        return _page("sign/identity.html", secret, opened, [("id_no", _("请输入您的证件号码"))]), 422
    try:
        proved = signer_identity.prove(
            secret, id_no=number, service=identity_check(), now=now(), mobile=request.form.get("mobile", "")
        )
    except Forbidden:
        words = _("号码与申请中填写的不一致。请核对后再输一次；如果申请里填错了，请让申请人更正")
        return _page("sign/identity.html", secret, opened, [("id_no", words)]), 422
    except TooManyAttempts as refused:
        words = _("这个链接输错的次数太多，不能再用。请申请人在签名页给您换一个新链接")
        return _page("sign/identity.html", secret, opened, [("id_no", words)]), refused.status
    session[_mark(opened)] = proved.proof
    return redirect(url_for("sign.show", secret=secret), 303)


def _proved_by_sign_in(secret: str, opened: SigningFile) -> Page:
    """Takes what the provider stated at the sign-in for the check; of another person the number is asked for."""
    try:
        session[_mark(opened)] = signer_identity.prove_by_sign_in(
            secret, actor=actor_here(), least=providers_here().real_name, now=now()
        )
    except Forbidden:
        words = _("您登录时的身份不能证明您是这位签名人，请输入证件号码")
        return _page("sign/identity.html", secret, opened, [("id_no", words)]), 422
    return redirect(url_for("sign.show", secret=secret), 303)


@blueprint.post("")
@access("link")
@limiter.limit(LOOK_LIMIT)
@limiter.limit(PROVE_LIMIT, key_func=_link_here)
def give(secret: str) -> Page:
    """Signs exactly the content that was shown: if it was changed meanwhile, it is shown again first."""
    opened = _opened(sign.party_behind(secret, now=now()))
    if opened.signed or not opened.proved:
        return redirect(url_for("sign.show", secret=secret), 303)
    if not request.form.get("agreed"):
        return _page("sign/file.html", secret, opened, [("agreed", _("请勾选，确认您看过全部内容"))]), 422
    return _answer(secret, opened, sign.sign, changed=_("申请刚刚改过，请看过现在的内容再签名"))


@blueprint.post("/decline")
@access("link")
@limiter.limit(LOOK_LIMIT)
@limiter.limit(PROVE_LIMIT, key_func=_link_here)
def decline(secret: str) -> Page:
    """Declines the content that was shown; the text that was typed is kept if it cannot be taken."""
    opened = _opened(sign.party_behind(secret, now=now()))
    if opened.signed or not opened.proved:
        return redirect(url_for("sign.show", secret=secret), 303)
    declining = partial(sign.decline, reason=request.form.get("reason", ""))
    return _answer(secret, opened, declining, changed=_("申请刚刚改过，请看过现在的内容再决定"))


def _answer(secret: str, opened: SigningFile, take: Callable[..., object], *, changed: str) -> Page:
    """Signs or declines exactly the content that was shown; `changed` is said where there is another by now."""
    try:
        take(secret, proof=session[_mark(opened)], now=now(), digest=request.form.get("digest", ""))
    except StaleVersion:
        return _shown_again(secret, [("", changed)])
    except ActionRefused as refused:
        return _shown_again(secret, blocker_errors(refused.blockers))
    except InvalidInput as invalid:
        return _shown_again(secret, field_errors(invalid.problems, ids=["reason"]), status=invalid.status)
    return redirect(url_for("sign.show", secret=secret), 303)


@blueprint.get("/misuse")
@access("link")
@limiter.limit(LOOK_LIMIT)
def ask_misuse(secret: str) -> Page:
    """What a report means, before it is made. No identity is asked for: the number in the form may be another's."""
    return _misuse_page(secret)


@blueprint.post("/misuse")
@access("link")
@limiter.limit(LOOK_LIMIT)
@limiter.limit(PROVE_LIMIT, key_func=_link_here)
def report(secret: str) -> Page:
    given = request.form
    if not given.get("sure"):
        return _misuse_page(secret, [("sure", _("请勾选，确认您要报告"))]), 422
    try:
        misuse.report(secret, words=given.get("words", ""), contact=given.get("contact", ""), now=now())
    except Conflict:
        # The report of this person is open already: the page says so.
        return redirect(url_for("sign.ask_misuse", secret=secret), 303)
    except ActionRefused as refused:
        return _misuse_page(secret, blocker_errors(refused.blockers)), refused.status
    except InvalidInput as invalid:
        return _misuse_page(secret, field_errors(invalid.problems, ids=["words", "contact"])), invalid.status
    return redirect(url_for("sign.ask_misuse", secret=secret), 303)


def _misuse_page(secret: str, problems: FieldErrors | None = None) -> str:
    opened = _opened(sign.party_behind(secret, now=now()))
    with database.reading() as reading:
        reported = next(
            (one for one in open_reports(reading, opened.file.case) if one.party_id == opened.party.id), None
        )
    return _page("sign/misuse.html", secret, opened, problems, reported=reported)


@blueprint.get("/materials/<material>/pages/<int:page>.png")
@access("link")
@limiter.limit(LOOK_LIMIT)
def picture(secret: str, material: str, page: int) -> Response:
    actor = sign.party_behind(secret, now=now())
    if not _opened(actor).proved:
        raise NotFound(material=material)
    with database.reading() as opened:
        return picture_of(material_of(opened, material, actor=actor), page)


def _shown_again(secret: str, problems: FieldErrors, *, status: int = 409) -> Page:
    """The present content, below the reason why it was not signed."""
    return _page("sign/file.html", secret, _opened(sign.party_behind(secret, now=now())), problems), status


def _opened(actor: Actor) -> SigningFile:
    with database.reading() as opened:
        return signing_file(opened, actor=actor, now=now(), is_proved=_is_known)


def _is_known(case: Application, party: Party) -> bool:
    """Whether the identity was proved in this browser: a link that was passed on opens nothing."""
    return sign.is_proof(case, party, str(session.get(_mark_of(party), "")), now=now())


def _mark(opened: SigningFile) -> str:
    return _mark_of(opened.party)


def _mark_of(party: Party) -> str:
    return f"signer:{party.ref}"


def _declarations(opened: SigningFile) -> list[str]:
    """What this signature declares, in words."""
    on = local_date(now())
    return [
        declaration_text(key, matter=opened.file.case.matter, regime=opened.file.case.regime, on=on, lang=lang_here())
        for key in opened.declarations
    ]


def _page(template: str, secret: str, opened: SigningFile, problems: FieldErrors | None = None, **more: object) -> str:
    file, actor, least = opened.file, actor_here(), providers_here().real_name
    proving = least and signer_identity.provider_that_proves(secret, actor=actor, least=least, now=now())
    with database.reading() as reading:
        applicant = reading.get_one(Account, file.case.account_id).name
    return render_template(
        template,
        secret=secret,
        file=file,
        party=opened.party,
        capacities=capacity_words(opened.party.capacities),
        declarations=_declarations(opened),
        signs_for=_("、").join(opened.signs_for),
        changes=pairs_of(file, opened.changes),
        declined=opened.declined,
        may_decline=opened.may_decline,
        may_report=opened.may_report,
        typed=request.form,
        is_own=actor is not None and actor.account_id == file.case.account_id,
        applicant=applicant,
        kind=entity_type_words(file.case.entity_type),
        proved_by=provider_words(proving) if proving else "",
        digest=opened.digest,
        chapters=chapters(opened.form, case=file.case),
        needs=[need for need in file.needs if need.files] if opened.proved else [],
        texts=opened.texts,
        missing=sum(not one.valid for one in file.signatures),
        problems=problems or [],
        **more,
    )
