"""Tries to sign in, by login and source."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sign_in_try',
    sa.Column('login_hash', sa.String(length=64), nullable=False),
    sa.Column('source_hash', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('wait_until', columns.UtcDateTime(), nullable=True),
    sa.Column('tried_at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('login_hash', 'source_hash')
    )
    with op.batch_alter_table('sign_in_try', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_try_tried_at'), ['tried_at'], unique=False)
