"""${message}."""

import sqlalchemy as sa
from alembic import op

${imports if imports else ""}
% if down_revision is None:
from registration.migrations import append_only
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
% if down_revision is None:
    for statement in append_only.statements(op.get_bind().dialect.name, tables=${repr(list(config.attributes["append_only"]))}):
        op.execute(statement)
% endif
