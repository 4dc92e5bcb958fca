"""the first schema."""

import sqlalchemy as sa
from alembic import op

from registration.models import columns
from registration.migrations import append_only

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('tag', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('data', columns.JsonDoc, nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('audit_entry_subject', ['subject', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)

    op.create_table('idempotency_key',
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('request_hash', sa.String(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('response', columns.JsonDoc, nullable=True),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('actor', 'key')
    )
    with op.batch_alter_table('idempotency_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idempotency_key_created_at'), ['created_at'], unique=False)

    op.create_table('lease',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('until', columns.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('registrar',
    sa.Column('code', sa.String(length=6), nullable=False),
    sa.Column('name_zh', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('prefecture', sa.String(length=6), nullable=False),
    sa.Column('regions', columns.JsonDoc, nullable=False),
    sa.Column('regime', sa.String(), nullable=False),
    sa.Column('approval', sa.String(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('code')
    )
    with op.batch_alter_table('registrar', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registrar_prefecture'), ['prefecture'], unique=False)

    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('login', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('roles', columns.JsonDoc, nullable=False),
    sa.Column('registrar_code', sa.String(), nullable=True),
    sa.Column('agency', sa.String(), nullable=True),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', columns.UtcDateTime(), nullable=True),
    sa.Column('disabled_at', columns.UtcDateTime(), nullable=True),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind in ('applicant', 'staff')", name='account_kind'),
    sa.ForeignKeyConstraint(['registrar_code'], ['registrar.code'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('login'),
    sa.UniqueConstraint('ref')
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_registrar_code'), ['registrar_code'], unique=False)

    op.create_table('number_pool',
    sa.Column('registrar_code', sa.String(), nullable=False),
    sa.Column('scheme', sa.String(), nullable=False),
    sa.Column('prefix', sa.String(), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('next', sa.Integer(), nullable=False),
    sa.CheckConstraint('next <= last + 1', name='number_pool_range'),
    sa.ForeignKeyConstraint(['registrar_code'], ['registrar.code'], ),
    sa.PrimaryKeyConstraint('registrar_code', 'scheme')
    )
    op.create_table('application',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('registrar_code', sa.String(), nullable=False),
    sa.Column('matter', sa.String(), nullable=False),
    sa.Column('entity_type', sa.String(), nullable=False),
    sa.Column('regime', sa.String(), nullable=False),
    sa.Column('definition', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('form', columns.JsonDoc, nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=True),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('submitted_at', columns.UtcDateTime(), nullable=True),
    sa.Column('due_at', columns.UtcDateTime(), nullable=True),
    sa.Column('case_due_at', columns.UtcDateTime(), nullable=True),
    sa.Column('state_due_at', columns.UtcDateTime(), nullable=True),
    sa.Column('paused_at', columns.UtcDateTime(), nullable=True),
    sa.Column('decided_at', columns.UtcDateTime(), nullable=True),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.Column('updated_at', columns.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['holder_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['registrar_code'], ['registrar.code'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ref')
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index('application_held', ['holder_id', 'state', 'due_at', 'id'], unique=False)
        batch_op.create_index('application_inbox', ['registrar_code', 'state', 'due_at', 'id'], unique=False)
        batch_op.create_index('application_mine', ['account_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_name'), ['name'], unique=False)

    op.create_table('sign_in',
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('agent', sa.String(), nullable=False),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.Column('seen_at', columns.UtcDateTime(), nullable=False),
    sa.Column('expires_at', columns.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], ),
    sa.PrimaryKeyConstraint('secret_hash')
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_account_id'), ['account_id'], unique=False)

    op.create_table('entity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('entity_type', sa.String(), nullable=False),
    sa.Column('registrar_code', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('founded_on', sa.Date(), nullable=False),
    sa.Column('facts', columns.JsonDoc, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.ForeignKeyConstraint(['registrar_code'], ['registrar.code'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id'),
    sa.UniqueConstraint('code')
    )
    with op.batch_alter_table('entity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entity_name'), ['name'], unique=False)

    op.create_table('history_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('tag', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('data', columns.JsonDoc, nullable=False),
    sa.Column('previous_hash', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'seq', name='history_seq')
    )
    op.create_table('identity_index',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('number_hash', sa.String(), nullable=False),
    sa.CheckConstraint('length(number_hash) = 64', name='identity_index_hash'),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('application_id', 'number_hash')
    )
    with op.batch_alter_table('identity_index', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_index_number_hash'), ['number_hash'], unique=False)

    op.create_table('issued_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('registrar_code', sa.String(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.CheckConstraint("status in ('reserved', 'used', 'void')", name='issued_number_status'),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.ForeignKeyConstraint(['registrar_code'], ['registrar.code'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'scheme', name='issued_number_once'),
    sa.UniqueConstraint('scheme', 'value', name='issued_number_value')
    )
    op.create_table('licence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('serial', sa.String(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('paper', sa.String(), nullable=False),
    sa.Column('copy_no', sa.Integer(), nullable=False),
    sa.Column('particulars', columns.JsonDoc, nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('design', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=True),
    sa.Column('storage_key', sa.String(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('signed_by', sa.String(), nullable=True),
    sa.Column('issued_at', columns.UtcDateTime(), nullable=True),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.CheckConstraint("status in ('prepared', 'issued', 'superseded', 'revoked')", name='licence_status'),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'edition', 'paper', 'copy_no', name='licence_sheet'),
    sa.UniqueConstraint('ref')
    )
    with op.batch_alter_table('licence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_licence_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_licence_code'), ['code'], unique=False)
        batch_op.create_index(batch_op.f('ix_licence_serial'), ['serial'], unique=False)
        batch_op.create_index(batch_op.f('ix_licence_sha256'), ['sha256'], unique=False)

    op.create_table('material',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('filename', sa.String(), nullable=False),
    sa.Column('content_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('storage_key', sa.String(), nullable=False),
    sa.Column('uploaded_at', columns.UtcDateTime(), nullable=False),
    sa.Column('removed_at', columns.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ref')
    )
    with op.batch_alter_table('material', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_material_application_id'), ['application_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('effect', sa.String(), nullable=False),
    sa.Column('payload', columns.JsonDoc, nullable=False),
    sa.Column('due_at', columns.UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(), nullable=True),
    sa.Column('parked_at', columns.UtcDateTime(), nullable=True),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('message_case', ['application_id'], unique=False)
        batch_op.create_index('message_due', ['parked_at', 'due_at'], unique=False)

    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('opinion', sa.String(), nullable=False),
    sa.Column('issued_by', sa.String(), nullable=False),
    sa.Column('issued_at', columns.UtcDateTime(), nullable=False),
    sa.Column('expires_at', columns.UtcDateTime(), nullable=True),
    sa.Column('answered_at', columns.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_application_id'), ['application_id'], unique=False)

    op.create_table('paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('storage_key', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'kind', 'revision', name='paper_once'),
    sa.UniqueConstraint('ref')
    )
    op.create_table('part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('registrar_code', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.String(), nullable=True),
    sa.Column('objection', sa.String(), nullable=True),
    sa.Column('due_at', columns.UtcDateTime(), nullable=True),
    sa.Column('decided_at', columns.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.ForeignKeyConstraint(['holder_id'], ['account.id'], ),
    sa.ForeignKeyConstraint(['registrar_code'], ['registrar.code'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'key', name='part_key')
    )
    with op.batch_alter_table('part', schema=None) as batch_op:
        batch_op.create_index('part_inbox', ['agency', 'state', 'due_at', 'id'], unique=False)

    op.create_table('party',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.String(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('person_key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('capacities', columns.JsonDoc, nullable=False),
    sa.Column('link_hash', sa.String(), nullable=True),
    sa.Column('link_expires_at', columns.UtcDateTime(), nullable=True),
    sa.Column('identified_at', columns.UtcDateTime(), nullable=True),
    sa.Column('identity_method', sa.String(), nullable=True),
    sa.Column('signed_at', columns.UtcDateTime(), nullable=True),
    sa.Column('signed_digest', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'person_key', name='party_person'),
    sa.UniqueConstraint('ref')
    )
    with op.batch_alter_table('party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_party_link_hash'), ['link_hash'], unique=False)

    op.create_table('registered_name',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('prefecture', sa.String(length=6), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('identity_key', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('since_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('uscc', sa.String(), nullable=True),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("status in ('registered', 'reserved', 'deregistered', 'renamed', 'annulled', 'released')", name='registered_name_status'),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('registered_name', schema=None) as batch_op:
        batch_op.create_index('registered_name_case', ['application_id'], unique=False)
        batch_op.create_index('registered_name_living', ['prefecture', 'identity_key'], unique=True, postgresql_where=sa.text("status in ('registered', 'reserved')"), sqlite_where=sa.text("status in ('registered', 'reserved')"))

    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('form', columns.JsonDoc, nullable=False),
    sa.Column('materials', columns.JsonDoc, nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('created_at', columns.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('application_id', 'number', name='revision_number')
    )
    op.create_table('licence_check',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', columns.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('licence_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['licence_id'], ['licence.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('licence_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_licence_check_at'), ['at'], unique=False)

    op.create_table('name_key',
    sa.Column('name_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('prefecture', sa.String(length=6), nullable=False),
    sa.ForeignKeyConstraint(['name_id'], ['registered_name.id'], ),
    sa.PrimaryKeyConstraint('name_id', 'key')
    )
    with op.batch_alter_table('name_key', schema=None) as batch_op:
        batch_op.create_index('name_key_lookup', ['prefecture', 'key', 'name_id'], unique=False)

    op.create_table('notice_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('reason_code', sa.String(), nullable=False),
    sa.Column('problem', sa.String(), nullable=False),
    sa.Column('remedy', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('notice_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_item_notice_id'), ['notice_id'], unique=False)


    for statement in append_only.statements(op.get_bind().dialect.name, tables=['history_entry', 'revision', 'audit_entry']):
        op.execute(statement)
