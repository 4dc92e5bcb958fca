"""The public log of licences: heads, entries, proofs, and the keys under which heads are signed."""

from flask import Response
from flask_openapi3 import Tag
from sqlmodel import Session

from registration import database
from registration.access import access
from registration.api.v1 import log_shapes as shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.errors import InvalidInput, NotFound
from registration.http.context import PUBLIC_LIMIT, limiter, settings_here
from registration.keys import log as log_keys
from registration.queries import log
from registration.rules.problems import Problem
from registration.rules.whole_numbers import whole_number

TAGS = [Tag(name="公开日志 Public log")]


@blueprint.get("/log/head", tags=TAGS, responses={200: shapes.LogHead}, summary="最近的树头 · The latest signed head")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def latest_head() -> Response:
    with database.reading() as session:
        head = log.head_at(session)
    if head is None:
        raise NotFound("log_head_unknown")
    return reply(shapes.LogHead.model_validate(log.as_head(head)))


@blueprint.get(
    "/log/heads", tags=TAGS, responses={200: shapes.LogHeads}, summary="树头 · Signed heads, the newest first"
)
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def list_heads(query: shapes.HeadsQuery) -> Response:
    with database.reading() as session:
        rows = [shapes.LogHead.model_validate(log.as_head(one)) for one in log.recent_heads(session, limit=query.limit)]
    return reply(shapes.LogHeads(items=rows))


@blueprint.get("/log/leaves", tags=TAGS, responses={200: shapes.LogLeaves}, summary="日志内容 · Entries in their order")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def list_leaves(query: shapes.LeavesQuery) -> Response:
    with database.reading() as session:
        size = log.size_of(session)
        rows = log.entries(session, start=min(query.start, size), limit=query.limit)
    items = [shapes.LogLeaf.model_validate(log.as_leaf(one)) for one in rows]
    return reply(shapes.LogLeaves(size=size, items=items))


@blueprint.get("/log/proof", tags=TAGS, responses={200: shapes.LogProofs}, summary="证明 · Inclusion and consistency")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def prove(query: shapes.ProofQuery) -> Response:
    """`?leaf=` proves that an entry is in the log, `?first=` that a newer head only adds to an older one."""
    if (query.leaf is None) == (query.first is None):
        raise InvalidInput([Problem("leaf", "log.one_question")])
    with database.reading() as session:
        if query.leaf is not None:
            return reply(shapes.LogProofs(inclusion=_inclusion(session, query.leaf, query.size)))
        older, newer, path = log.consistency_of(session, query.first or 0, query.second)
    heads = [shapes.LogHead.model_validate(log.as_head(one)) for one in (older, newer)]
    return reply(shapes.LogProofs(consistency=shapes.LogConsistency(first=heads[0], second=heads[1], path=path)))


@blueprint.get("/log/key", tags=TAGS, responses={200: shapes.LogKeys}, summary="验签公钥 · The keys that sign heads")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def list_keys() -> Response:
    """Fetch them over a connection that you trust, and keep them."""
    return reply(shapes.LogKeys(keys=log_keys.public_keys(settings_here())))


def _inclusion(session: Session, sought: str, size: int | None) -> shapes.LogProof:
    position = whole_number(sought)
    if position is None:
        found = [one.position for one in log.find(session, sought) if one.hash == sought.lower()]
        if not found:
            raise NotFound("log_entry_unknown")
        position = found[0]
    return shapes.LogProof.model_validate(log.as_proof(log.proof_of(session, position, size=size)))
