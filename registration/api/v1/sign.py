"""Signing: the applicant fetches the links, each signer proves identity and signs behind the own link."""

from datetime import datetime

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes, signing_shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.present import action_row, material_row
from registration.gateways.identity import identity_check
from registration.http.context import PUBLIC_LIMIT, SIGN_IN_LIMIT, lang_here, limiter, settings_here, the_actor
from registration.matters import definition_of
from registration.operations import misuse, reminders, sign, signer_identity
from registration.queries.signing import SigningFile, signing_file
from registration.rules.declarations import declaration_text

TAGS = [Tag(name="签名 Signing")]


@blueprint.post(
    "/applications/<ref>/signing-links",
    tags=TAGS,
    responses={200: shapes.SigningLinks},
    summary="签名链接 · Links for who has still to sign",
)
@access("application.edit")
def list_links(path: shapes.CasePath) -> Response:
    links = sign.links_for(path.ref, actor=the_actor(), now=clock.now())
    return reply(shapes.SigningLinks(items=[_link(party, secret) for party, secret in links.items()]))


@blueprint.post(
    "/applications/<ref>/signing-links/<party>",
    tags=TAGS,
    responses={200: shapes.SigningLink},
    summary="更换签名链接 · A fresh link in place of a lost one",
)
@access("application.edit")
def renew_link(path: shapes.PartyPath) -> Response:
    return reply(_link(path.party, sign.renew_link(path.ref, path.party, actor=the_actor(), now=clock.now())))


@blueprint.get(
    "/signing/<secret>", tags=TAGS, responses={200: signing_shapes.Signing}, summary="要签的内容 · What is signed"
)
@access("link")
@limiter.limit(PUBLIC_LIMIT)
def show(path: shapes.SecretPath, header: signing_shapes.ProofHeader) -> Response:
    """Who is asked to sign and as what; with a proof of identity also the whole content."""
    return reply(_signing(_file(path.secret, header.signing_proof, now=clock.now())))


@blueprint.post(
    "/signing/<secret>/identity",
    tags=TAGS,
    responses={200: signing_shapes.Identified},
    summary="核验身份 · Prove who signs",
)
@access("link")
@limiter.limit(SIGN_IN_LIMIT)
def identify(path: shapes.SecretPath, body: signing_shapes.IdentityClaim) -> Response:
    """The proof opens the content and allows the signature for half an hour. A link takes few wrong answers."""
    proved = signer_identity.prove(
        path.secret,
        id_no=body.id_no,
        service=identity_check(),
        now=clock.now(),
        name=body.name,
        mobile=body.mobile,
    )
    return reply(signing_shapes.Identified(identified=True, sample=proved.sample, proof=proved.proof))


@blueprint.post("/signing/<secret>/signature", tags=TAGS, responses={200: shapes.Done}, summary="签名 · Sign")
@access("link")
@limiter.limit(SIGN_IN_LIMIT)
def put_signature(
    path: shapes.SecretPath, header: signing_shapes.ProofHeader, body: signing_shapes.Signature
) -> Response:
    """Signs the content that was shown: content that has changed since is refused."""
    outcome = sign.sign(path.secret, proof=header.signing_proof, now=clock.now(), digest=body.digest)
    return reply(shapes.Done.model_validate(outcome, from_attributes=True))


@blueprint.post(
    "/signing/<secret>/refusal", tags=TAGS, responses={200: shapes.Done}, summary="拒绝签名 · Decline to sign"
)
@access("link")
@limiter.limit(SIGN_IN_LIMIT)
def put_refusal(
    path: shapes.SecretPath, header: signing_shapes.ProofHeader, body: signing_shapes.SigningRefusal
) -> Response:
    """Declines the content that was shown. The applicant reads the reason, can amend, and can ask again."""
    outcome = sign.decline(
        path.secret, reason=body.reason, proof=header.signing_proof, now=clock.now(), digest=body.digest
    )
    return reply(shapes.Done.model_validate(outcome, from_attributes=True))


@blueprint.post(
    "/signing/<secret>/misuse",
    tags=TAGS,
    responses={200: shapes.Done},
    summary="报告不是本人 · Report that this is another person",
)
@access("link")
@limiter.limit(SIGN_IN_LIMIT)
def report_misuse(path: shapes.SecretPath, body: signing_shapes.Misuse) -> Response:
    """Stops the application until the registrar's director decides. No proof is asked for; only the office reads it."""
    outcome = misuse.report(path.secret, words=body.words, contact=body.contact, now=clock.now())
    return reply(shapes.Done.model_validate(outcome, from_attributes=True))


@blueprint.post(
    "/applications/<ref>/signing-links/<party>/reminder",
    tags=TAGS,
    responses={200: signing_shapes.Reminded},
    summary="提醒签名 · Send a signer the link again",
)
@access("application.edit")
def remind(path: shapes.PartyPath, body: signing_shapes.Reminder) -> Response:
    """By mail or text message, in the language of the signer; once a day for each signer."""
    reminders.remind(path.ref, path.party, channel=body.channel, lang=body.lang, actor=the_actor(), now=clock.now())
    return reply(signing_shapes.Reminded(party=path.party, channel=body.channel))


def _file(secret: str, proof: str, *, now: datetime) -> SigningFile:
    with database.reading() as session:
        party = sign.behind(session, secret, now=now)
        actor = sign.actor_of(party)
        return signing_file(
            session, actor=actor, now=now, is_proved=lambda case, one: sign.is_proof(case, one, proof, now=now)
        )


def _signing(seen: SigningFile) -> signing_shapes.Signing:
    case, party = seen.file.case, seen.party
    table = definition_of(case.definition)
    return signing_shapes.Signing(
        ref=case.ref,
        digest=seen.digest,
        party=party.ref,
        name=party.name,
        signs_for="、".join(seen.signs_for) or None,
        capacities=party.capacities,
        identified=seen.proved,
        signed=seen.signed,
        declined=seen.declined,
        changes=[signing_shapes.SignedChange(**vars(one)) for one in seen.changes],
        entity_type=case.entity_type,
        case_name=case.name,
        form=dict(seen.form),
        declarations=[
            declaration_text(
                key, matter=case.matter, regime=case.regime, on=clock.local_date(clock.now()), lang=lang_here()
            )
            for key in seen.declarations
        ],
        materials=[material_row(one) for one in seen.materials],
        documents=list(seen.texts),
        actions=[action_row(offer, table) for offer in seen.file.offers],
    )


def _link(party: str, secret: str) -> shapes.SigningLink:
    chosen = settings_here()
    return shapes.SigningLink(
        party=party,
        secret=secret,
        address=f"{chosen.public_url}/sign/{secret}",
        expires_in_days=chosen.signing_link_days,
    )
