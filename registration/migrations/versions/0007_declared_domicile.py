"""Whether a registrar takes the applicant's declaration for the proof of a domicile."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('registrar', schema=None) as batch_op:
        batch_op.add_column(sa.Column('declared_domicile', sa.Boolean(), nullable=False, server_default=sa.false()))
