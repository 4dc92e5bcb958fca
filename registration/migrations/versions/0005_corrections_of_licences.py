"""Corrections of licences by two persons; names that are found by how they are read; files that a colleague took."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('licence_proposal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('evidence', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('changes', columns.JsonDoc, server_default='{}', nullable=False))
        batch_op.drop_constraint('licence_proposal_kind', type_='check')
        batch_op.create_check_constraint('licence_proposal_kind', "kind in ('revoke', 'reinstate', 'correct')")
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name_pinyin', sa.String(), server_default='', nullable=False))
    with op.batch_alter_table('history_entry', schema=None) as batch_op:
        taken_over = sa.text("tag = 'application:take_over'")
        batch_op.create_index('history_taken_over', ['at'], postgresql_where=taken_over, sqlite_where=taken_over)
    _read_names()


def _read_names() -> None:
    """Old code that still runs writes names without their reading: those are found by their characters alone."""
    from registration.rules.readings import searchable

    case = sa.table('application', sa.column('id', sa.Integer), sa.column('name', sa.String), sa.column('name_pinyin', sa.String))
    connection = op.get_bind()
    rows = connection.execute(sa.select(case.c.id, case.c.name).where(case.c.name != '')).all()
    for number, name in rows:
        connection.execute(case.update().where(case.c.id == number).values(name_pinyin=searchable(name)))
