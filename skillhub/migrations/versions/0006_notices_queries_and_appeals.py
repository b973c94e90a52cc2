"""notices, queries and appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('working_days',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_worked', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("source <> ''", name=op.f('ck_working_days_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_working_days')),
    sa.UniqueConstraint('day', name=op.f('uq_working_days_day'))
    )
    op.create_table('notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('open', 'stopped', name='noticestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('working_days', sa.Integer(), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('until_day', sa.Date(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('closes_at', sa.DateTime(), nullable=False),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('contact_name', sa.String(), nullable=False),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('opened_by', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('stopped_why', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'stopped') = (stopped_why <> '')", name=op.f('ck_notices_stopped_why')),
    sa.CheckConstraint("contact <> '' AND contact_name <> ''", name=op.f('ck_notices_contact')),
    sa.CheckConstraint('until_day >= from_day', name=op.f('ck_notices_days')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_notices_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_notices_event_id_number'))
    )
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.create_index('uq_notices_one_open', ['event_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('appeals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('objection', 'query', 'appeal', name='appealkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject', sa.Enum('score', 'conduct', 'equipment', 'eligibility', name='subject', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('filed_by', sa.String(), nullable=False),
    sa.Column('filed_by_id', sa.Integer(), nullable=True),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('filed_at', sa.DateTime(), nullable=False),
    sa.Column('deadline', sa.DateTime(), nullable=True),
    sa.Column('state', sa.Enum('received', 'rejected_late', 'under_review', 'decided', name='appealstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('looked_by_id', sa.Integer(), nullable=True),
    sa.Column('looked_at', sa.DateTime(), nullable=True),
    sa.Column('outcome', sa.Enum('upheld', 'partly', 'dismissed', name='outcome', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'decided') = (outcome IS NOT NULL) AND (state = 'decided') = (decision <> '') AND (state = 'decided') = (decided_at IS NOT NULL) AND (state = 'decided') = (decided_by_id IS NOT NULL)", name=op.f('ck_appeals_decided_whole')),
    sa.CheckConstraint("filed_by <> '' AND reason <> ''", name=op.f('ck_appeals_words')),
    sa.CheckConstraint("kind <> 'objection' OR contact <> ''", name=op.f('ck_appeals_contact')),
    sa.CheckConstraint("kind = 'objection' OR entry_id IS NOT NULL", name=op.f('ck_appeals_entry')),
    sa.CheckConstraint("state <> 'rejected_late' OR (deadline IS NOT NULL AND filed_at > deadline)", name=op.f('ck_appeals_late')),
    sa.CheckConstraint("state <> 'under_review' OR looked_at IS NOT NULL", name=op.f('ck_appeals_looked_when')),
    sa.CheckConstraint('(looked_at IS NULL) = (looked_by_id IS NULL)', name=op.f('ck_appeals_looked_whole')),
    sa.CheckConstraint('decided_by_id IS NULL OR filed_by_id IS NULL OR decided_by_id <> filed_by_id', name=op.f('ck_appeals_second_person')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_appeals_decided_by_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_appeals_entry_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_appeals_event_id')),
    sa.ForeignKeyConstraint(['filed_by_id'], ['users.id'], name=op.f('fk_appeals_filed_by_id')),
    sa.ForeignKeyConstraint(['looked_by_id'], ['users.id'], name=op.f('fk_appeals_looked_by_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_appeals_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeals'))
    )
    with op.batch_alter_table('appeals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appeals_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appeals_event_id'), ['event_id'], unique=False)

    op.create_table('appeal_photos',
    sa.Column('appeal_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeals.id'], name=op.f('fk_appeal_photos_appeal_id')),
    sa.PrimaryKeyConstraint('appeal_id', name=op.f('pk_appeal_photos'))
    )


def downgrade():
    op.drop_table('appeal_photos')
    with op.batch_alter_table('appeals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appeals_event_id'))
        batch_op.drop_index(batch_op.f('ix_appeals_entry_id'))

    op.drop_table('appeals')
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_index('uq_notices_one_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.drop_table('notices')
    op.drop_table('working_days')
