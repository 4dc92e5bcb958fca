"""The register as versions of each item, its search keys, and the states that a registration may have.

The facts of what is registered already are made from its licences, their events and the form that was approved.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from registration.clock import local_date
from registration.keys.field_encryption import decrypt_form, encrypt
from registration.migrations import append_only
from registration.models import columns
from registration.rules.form import read
from registration.rules.reasons import licence_reason
from registration.rules.register_facts import form_values, printed_values, state_value
from registration.rules.register_items import STATE, register_items
from registration.rules.search_keys import keys_of_entity

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BATCH = 200
STATES = (
    "status in ('active', 'liquidating', 'notice_simple', 'relocating_out', 'relocated_out', 'revoked', "
    "'ordered_closed', 'annulled', 'deregistered', 'restored')"
)


def _known(table: str, *names: str, moments: Sequence[str] = (), documents: Sequence[str] = ()) -> sa.TableClause:
    return sa.table(
        table,
        *(sa.column(name) for name in names),
        *(sa.column(name, columns.UtcDateTime()) for name in moments),
        *(sa.column(name, columns.JsonDoc) for name in documents),
    )


entities = sa.table(
    "entity",
    *(sa.column(name) for name in ("id", "application_id", "name")),
    sa.column("founded_on", sa.Date()),
    sa.column("facts", columns.JsonDoc),
)
cases = _known("application", "id", "ref", "entity_type", "regime", documents=["form"])
revisions = _known("revision", "application_id", "number", "digest")
sheets = _known(
    "licence", "id", "application_id", "edition", "paper", "status", moments=["issued_at"], documents=["particulars"]
)
events = _known("licence_event", "id", "licence_id", "kind", "reason_code", moments=["at"])


def upgrade() -> None:
    with op.batch_alter_table("entity") as batch_op:
        batch_op.create_check_constraint("entity_status", STATES)
    facts, keys = _make_tables()
    connection = op.get_bind()
    _fill(connection, facts, keys)
    op.create_index("entity_key_of", "entity_key", ["entity_id"])
    for statement in append_only.statements(connection.dialect.name, tables=["entity_fact"]):
        op.execute(statement)


def _make_tables() -> tuple[sa.Table, sa.Table]:
    facts = op.create_table(
        "entity_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("valid_from", columns.UtcDateTime(), nullable=False),
        sa.Column("value", columns.JsonDoc, nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("application_id", sa.Integer(), sa.ForeignKey("application.id"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("entity_id", "item", "version", name="entity_fact_version"),
    )
    keys = op.create_table(
        "entity_key",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", columns.BYTES, nullable=False),
        sa.Column("entity_id", sa.Integer(), sa.ForeignKey("entity.id"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "entity_id"),
        sqlite_with_rowid=False,
    )
    return facts, keys


def _fill(connection: sa.Connection, facts: sa.Table, keys: sa.Table) -> None:
    """What every entity with an issued licence has, in batches by number."""
    last = 0
    issued = sa.select(sheets.c.id).where(
        sheets.c.application_id == cases.c.id, sheets.c.status != "prepared", sheets.c.edition == 1
    )
    query = (
        sa.select(entities, *(one for one in cases.c if one.name != "id"))
        .select_from(entities.join(cases, cases.c.id == entities.c.application_id))
        .where(issued.exists())
        .order_by(entities.c.id)
        .limit(BATCH)
    )
    while batch := connection.execute(query.where(entities.c.id > last)).all():
        last = batch[-1].id
        digests, of_cases = _digests(connection, batch), _sheets(connection, batch)
        for one in batch:
            found = of_cases[one.application_id]
            connection.execute(facts.insert(), list(_versions(connection, one, found, digests)))
            named = str((one.facts or {}).get("representative") or "")
            rows = [
                {"kind": kind, "key": key, "entity_id": one.id}
                for kind, key in sorted(keys_of_entity(name=one.name, representative=named))
            ]
            if rows:
                connection.execute(keys.insert(), rows)


def _digests(connection: sa.Connection, batch: Sequence[Any]) -> dict[int, str]:
    """The digest of the latest revision of each case."""
    query = sa.select(revisions).where(revisions.c.application_id.in_([one.application_id for one in batch]))
    rows = connection.execute(query.order_by(revisions.c.number))
    return {row.application_id: row.digest for row in rows}


def _sheets(connection: sa.Connection, batch: Sequence[Any]) -> dict[int, list[Any]]:
    """The original of each edition that was issued, the first one first."""
    query = sa.select(sheets).where(
        sheets.c.application_id.in_([one.application_id for one in batch]),
        sheets.c.status != "prepared",
        sheets.c.paper == "original",
    )
    rows = connection.execute(query.order_by(sheets.c.application_id, sheets.c.edition)).all()
    return {case: list(found) for case, found in groupby(rows, key=lambda row: row.application_id)}


def _versions(
    connection: sa.Connection, one: Any, editions: Sequence[Any], digests: Mapping[int, str]
) -> Iterator[dict[str, Any]]:
    """The versions of every item: of the first licence and the form, then of what happened later."""
    form, _ = read(decrypt_form(one.form, case=one.ref), entity_type=one.entity_type, regime=one.regime)
    digest = digests.get(one.application_id, "")
    first = {STATE: state_value("active")} | printed_values(editions[0].particulars)
    first |= form_values(form, entity_type=one.entity_type, digest=digest)
    known: dict[str, tuple[int, Any]] = {}
    same = {"entity_id": one.id, "application_id": one.application_id}
    for at, cause, values in [(editions[0].issued_at, "establish", first), *_later(connection, editions)]:
        on = one.founded_on if cause == "establish" else local_date(at)
        for item, value in values.items():
            number, before = known.get(item, (0, None))
            if number and value == before:
                continue
            known[item] = (number + 1, value)
            clear = register_items()[item].is_public
            sealed = value if clear else encrypt(json.dumps(value, ensure_ascii=False), case=one.ref)
            row = {"item": item, "version": number + 1, "value": sealed, "cause": cause}
            yield {**same, **row, "valid_on": on, "valid_from": at}


def _later(connection: sa.Connection, editions: Sequence[Any]) -> list[tuple[datetime, str, dict[str, Any]]]:
    """(moment, cause, values) of later editions, and of revocations and reinstatements of the registration."""
    found = [(one.issued_at, "correct", printed_values(one.particulars)) for one in editions[1:]]
    query = sa.select(events).where(
        events.c.licence_id.in_([one.id for one in editions]), events.c.kind.in_(("revoke", "reinstate"))
    )
    last = "active"
    for one in connection.execute(query.order_by(events.c.id)):
        ends = (licence_reason(one.reason_code) or {}).get("entity")
        state = "active" if one.kind == "reinstate" else ends
        # A reinstatement after the paper alone was void leaves the registration as it was.
        if state and state != last:
            last = state
            found.append((one.at, one.kind, {STATE: state_value(state, reason_code=one.reason_code)}))
    return sorted(found, key=lambda one: one[0])


def downgrade() -> None:
    for table in ("entity_key", "entity_fact"):
        op.drop_table(table)
    with op.batch_alter_table("entity") as batch_op:
        batch_op.drop_constraint("entity_status", type_="check")
