"""What a client of GovStack writes beside the operations of everybody: whom it applies for, files, audit lines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database
from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt_bytes, encrypt, encrypt_bytes
from registration.models import Application, ExternalApplication, StagedDocument
from registration.operations import apply, audit
from registration.operations.accounts import actor_of, own_account
from registration.queries.accounts import account_by_login
from registration.queries.govstack import Caller, applicant_hash
from registration.queries.quota import Quota, require_room
from registration.rules.govstack import GovStack, Service


def caller_named(found: GovStack, name: str) -> Caller | None:
    """A client with its accounts, as they are now; None for an unknown one. A disabled account is left out."""
    client = found.clients.get(name)
    if client is None:
        return None
    kinds = frozenset(one.kind for one in found.services.values())
    return Caller(name, kinds, _actor(client.applicant, "applicant"), _actor(client.operator, "staff"))


def _actor(login: str | None, kind: str) -> Actor | None:
    account = account_by_login(login) if login else None
    if account is None or account.disabled_at is not None or account.kind != kind:
        return None
    return actor_of(account)


def open_file(service: Service, *, client: str, applicant: Mapping[str, str], actor: Actor, now: datetime) -> str:
    """Opens a draft for the `applicantId` of a client, and returns its reference. Raises as `apply.start`."""
    ref = apply.start(
        entity_type=service.entity_type, registrar_code=service.registrar, matter=service.matter, actor=actor, now=now
    )
    with database.transaction() as session:
        case = session.scalars(select(col(Application.id)).where(col(Application.ref) == ref)).one()
        session.add(
            ExternalApplication(
                application_id=case,
                client=client,
                applicant_hash=applicant_hash(client, applicant["applicantId"]),
                details=encrypt(json.dumps(dict(applicant), ensure_ascii=False), case=ref),
            )
        )
    return ref


@dataclass(frozen=True)
class Judged:
    """A file that was judged as every upload, and what was found."""

    content: bytes
    filename: str
    content_type: str
    pages: int
    faults: tuple[str, ...] = ()


def stage(file: Judged, *, kind: str, quota: Quota, actor: Actor, now: datetime) -> str:
    """Keeps a file, encrypted, and returns its reference. InvalidInput beyond the account's quota."""
    ref = token_urlsafe(16)
    with database.transaction() as session:
        require_room(session, actor, len(file.content), quota=quota, now=now)
        session.add(
            StagedDocument(
                ref=ref,
                account_id=own_account(actor).id,
                kind=kind,
                filename=file.filename,
                content_type=file.content_type,
                pages=file.pages,
                size=len(file.content),
                faults=list(file.faults),
                content=encrypt_bytes(file.content, of=ref),
                staged_at=now,
            )
        )
    return ref


def is_staged(ref: str) -> bool:
    """Whether a file that was handed in waits for its application still."""
    with database.reading() as session:
        return session.get(StagedDocument, ref) is not None


def staged(ref: str, *, actor: Actor) -> tuple[str, Judged]:
    """What kind of document this account said a file is, and the file. NotFound for any other file, also once it was
    attached or deleted."""
    with database.reading() as session:
        row = _own(session, ref, actor)
        content = decrypt_bytes(row.content, of=ref)
    return row.kind, Judged(content, row.filename, row.content_type, row.pages, tuple(row.faults))


def unstage(ref: str, *, actor: Actor) -> None:
    """Keeps a file here no longer. NotFound as `staged`."""
    with database.transaction() as session:
        session.delete(_own(session, ref, actor))


def _own(session: Session, ref: str, actor: Actor) -> StagedDocument:
    row = session.get(StagedDocument, ref)
    if row is None or row.account_id != actor.account_id:
        raise NotFound("file", document=ref)
    return row


def note_request(caller: Caller | None, operation: str, *, refused: str, now: datetime, **data: Any) -> None:
    """The audit line of a request; `refused` is the code of the refusal, or empty."""
    accounts = [one.tag for one in (caller.applicant, caller.operator) if one is not None] if caller else []
    told = data | ({"reason": refused} if refused else {}) | ({"accounts": accounts} if accounts else {})
    with database.transaction() as session:
        audit.note(
            session,
            f"govstack:{operation}",
            subject=f"govstack:{caller.client}" if caller else "unknown",
            now=now,
            result="refused" if refused else "done",
            **told,
        )
