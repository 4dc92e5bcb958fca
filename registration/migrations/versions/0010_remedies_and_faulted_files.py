"""Letterheads name the body for reconsideration and the court; a notice names the file that is at fault."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

# Code of before does not know the columns, and may go on writing letterheads without them.
COLUMNS = ('reconsideration_body', 'court')


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column('letterhead', sa.Column(name, sa.String(), server_default='', nullable=False))
    op.add_column('notice_item', sa.Column('material_ref', sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column('notice_item', 'material_ref')
    for name in COLUMNS:
        op.drop_column('letterhead', name)
