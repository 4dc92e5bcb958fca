"""Corrections of licences: proposed by one person, decided by another."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = '0014'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('licence_proposal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('evidence', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('changes', columns.JsonDoc, server_default='{}', nullable=False))
        batch_op.drop_constraint('licence_proposal_kind', type_='check')
        batch_op.create_check_constraint('licence_proposal_kind', "kind in ('revoke', 'reinstate', 'correct')")
