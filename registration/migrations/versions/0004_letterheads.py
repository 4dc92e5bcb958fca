"""Letterheads."""

import sqlalchemy as sa
from alembic import op

from registration.migrations import decided_rows
from registration.models import columns

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('letterhead',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('registrar_code', sa.String(), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('officer_name', sa.String(), nullable=False),
    sa.Column('officer_title', sa.String(), nullable=False),
    sa.Column('seal_place', sa.String(), nullable=False),
    sa.Column('seal_image', sa.LargeBinary(), nullable=True),
    sa.Column('seal_sha256', sa.String(length=64), nullable=True),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('number_prefix', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('prepared_by', sa.String(), nullable=False),
    sa.Column('prepared_at', columns.UtcDateTime(), nullable=False),
    sa.Column('proposed_at', columns.UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_at', columns.UtcDateTime(), nullable=True),
    sa.Column('decision', sa.String(), nullable=False),
    sa.CheckConstraint("status in ('draft', 'proposed', 'approved', 'withdrawn', 'refused')", name='letterhead_status'),
    sa.CheckConstraint(
        "status not in ('approved', 'refused') or (decided_by is not null and decided_by <> prepared_by)",
        name='letterhead_four_eyes'),
    sa.ForeignKeyConstraint(['registrar_code'], ['registrar.code'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ref')
    )
    with op.batch_alter_table('letterhead', schema=None) as batch_op:
        batch_op.create_index('letterhead_in_force', ['registrar_code', 'status', 'valid_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_letterhead_seal_sha256'), ['seal_sha256'], unique=False)
    for statement in decided_rows.statements(op.get_bind().dialect.name, table='letterhead'):
        op.execute(statement)
