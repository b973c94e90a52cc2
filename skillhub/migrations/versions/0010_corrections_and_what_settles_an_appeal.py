"""corrections and what settles an appeal."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('appeal_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('draft', 'proposed', 'applied', 'cancelled', name='correctionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('notice_until', sa.Date(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('applied_at', sa.DateTime(), nullable=True),
    sa.Column('from_version_id', sa.Integer(), nullable=True),
    sa.Column('to_version_id', sa.Integer(), nullable=True),
    sa.Column('ended_why', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'applied') = (approved_by_id IS NOT NULL) AND (state = 'applied') = (applied_at IS NOT NULL) AND (state = 'applied') = (to_version_id IS NOT NULL)", name=op.f('ck_corrections_applied_whole')),
    sa.CheckConstraint("(state = 'cancelled') = (ended_why <> '')", name=op.f('ck_corrections_ended_why')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_corrections_reason')),
    sa.CheckConstraint('approved_by_id IS NULL OR approved_by_id <> opened_by_id', name=op.f('ck_corrections_second_person')),
    sa.ForeignKeyConstraint(['appeal_id'], ['appeals.id'], name=op.f('fk_corrections_appeal_id')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['users.id'], name=op.f('fk_corrections_approved_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_corrections_event_id')),
    sa.ForeignKeyConstraint(['from_version_id'], ['result_versions.id'], name=op.f('fk_corrections_from_version_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['users.id'], name=op.f('fk_corrections_opened_by_id')),
    sa.ForeignKeyConstraint(['to_version_id'], ['result_versions.id'], name=op.f('fk_corrections_to_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrections')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_corrections_event_id_number')),
    sa.UniqueConstraint('to_version_id', name=op.f('uq_corrections_to_version_id'))
    )
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_corrections_appeal_id'), ['appeal_id'], unique=False)

    op.create_table('correction_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('mark', 'aspect', 'status', 'ruling', name='changekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=True),
    sa.Column('aspect', sa.String(), nullable=False),
    sa.Column('seat', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('after', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.CheckConstraint("(kind IN ('mark', 'aspect')) = (component_id IS NOT NULL)", name=op.f('ck_correction_changes_component')),
    sa.ForeignKeyConstraint(['component_id'], ['components.id'], name=op.f('fk_correction_changes_component_id')),
    sa.ForeignKeyConstraint(['correction_id'], ['corrections.id'], name=op.f('fk_correction_changes_correction_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_correction_changes_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_changes')),
    sa.UniqueConstraint('correction_id', 'kind', 'entry_id', 'component_id', 'aspect', 'seat', 'attempt', name='uq_correction_changes_one')
    )
    with op.batch_alter_table('correction_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_changes_correction_id'), ['correction_id'], unique=False)

    op.create_table('correction_graces',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.CheckConstraint("why <> ''", name=op.f('ck_correction_graces_why')),
    sa.ForeignKeyConstraint(['correction_id'], ['corrections.id'], name=op.f('fk_correction_graces_correction_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_correction_graces_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_graces')),
    sa.UniqueConstraint('correction_id', 'entry_id', name=op.f('uq_correction_graces_correction_id_entry_id'))
    )
    with op.batch_alter_table('correction_graces', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_graces_correction_id'), ['correction_id'], unique=False)

    op.add_column('appeals', sa.Column('settled_at', sa.DateTime(), nullable=True))
    set_checks(
        op.get_bind(),
        "appeals",
        {"ck_appeals_settled_when": "settled_at IS NULL OR (outcome IS NOT NULL AND outcome IN ('upheld', 'partly'))"},
    )



def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
