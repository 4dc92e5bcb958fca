"""What becomes of issued licences, and the public log of it."""

import sqlalchemy as sa
from alembic import op

from registration.migrations import append_only
from registration.models import columns

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('licence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('design_hash', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('fonts_hash', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('reprints', sa.Integer(), server_default='0', nullable=False))
    with op.batch_alter_table('licence_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_licence_check_licence_id'), ['licence_id'], unique=False)

    op.create_table('licence_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('reason_code', sa.String(), nullable=False),
    sa.Column('opinion', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.String(), nullable=False),
    sa.Column('proposed_at', columns.UtcDateTime(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_at', columns.UtcDateTime(), nullable=True),
    sa.Column('decision', sa.String(), nullable=True),
    sa.CheckConstraint("status in ('open', 'confirmed', 'refused')", name='licence_proposal_status'),
    sa.CheckConstraint("kind in ('revoke', 'reinstate')", name='licence_proposal_kind'),
    sa.CheckConstraint("decided_by is null or decided_by <> proposed_by", name='licence_proposal_four_eyes'),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ref')
    )
    with op.batch_alter_table('licence_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_licence_proposal_application_id'), ['application_id'], unique=False)
        batch_op.create_index('licence_proposal_open', ['application_id'], unique=True, postgresql_where=sa.text("status = 'open'"), sqlite_where=sa.text("status = 'open'"))

    op.create_table('licence_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('licence_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('reason_code', sa.String(), nullable=True),
    sa.Column('proposal_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind in ('issue', 'supersede', 'revoke', 'reinstate')", name='licence_event_kind'),
    sa.ForeignKeyConstraint(['licence_id'], ['licence.id'], ),
    sa.ForeignKeyConstraint(['proposal_id'], ['licence_proposal.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('licence_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_licence_event_licence_id'), ['licence_id'], unique=False)

    op.create_table('log_leaf',
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('serial', sa.String(), nullable=False),
    sa.Column('data', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('appended_at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('position'),
    sa.UniqueConstraint('event_id')
    )
    with op.batch_alter_table('log_leaf', schema=None) as batch_op:
        for column in ('code', 'hash', 'serial'):
            batch_op.create_index(batch_op.f(f'ix_log_leaf_{column}'), [column], unique=False)

    op.create_table('log_node',
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'place')
    )
    op.create_table('log_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('key_id', sa.String(), nullable=False),
    sa.Column('signed', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('log_head', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_head_size'), ['size'], unique=False)

    # What was issued before there was a log stands in it too, with the time at which it was issued.
    op.execute(
        "INSERT INTO licence_event (licence_id, kind, at, \"by\") "
        "SELECT id, 'issue', issued_at, 'system' FROM licence WHERE issued_at IS NOT NULL ORDER BY issued_at, id"
    )
    for statement in append_only.statements(op.get_bind().dialect.name, tables=['licence_event', 'log_leaf', 'log_node', 'log_head']):
        op.execute(statement)
