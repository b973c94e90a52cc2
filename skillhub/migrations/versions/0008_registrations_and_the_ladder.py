"""registrations and the ladder."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('advancements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('top_n', sa.Integer(), nullable=False),
    sa.Column('per_org_cap', sa.Integer(), nullable=True),
    sa.Column('min_total', sa.BigInteger(), nullable=True),
    sa.Column('tie_at_n', sa.Enum('all', 'key', 'none', name='tieatn', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('tie_keys', sa.JSON(), nullable=False),
    sa.Column('lots', sa.JSON(), nullable=False),
    sa.Column('reserves', sa.Integer(), nullable=False),
    sa.Column('answer_by', sa.DateTime(), nullable=True),
    sa.Column('answer_hours', sa.Integer(), nullable=False),
    sa.Column('stay_when_corrected', sa.Boolean(), nullable=False),
    sa.Column('same_employer', sa.Boolean(), nullable=False),
    sa.Column('new_attribution', sa.Boolean(), nullable=False),
    sa.Column('consent_by', sa.String(), nullable=True),
    sa.Column('consent_at', sa.DateTime(), nullable=True),
    sa.Column('offered_at', sa.DateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(consent_by IS NULL) = (consent_at IS NULL)', name=op.f('ck_advancements_consent_whole')),
    sa.CheckConstraint('per_org_cap >= 1', name=op.f('ck_advancements_per_org_cap')),
    sa.CheckConstraint('reserves >= 0', name=op.f('ck_advancements_reserves')),
    sa.CheckConstraint('source_id <> target_id', name=op.f('ck_advancements_two_events')),
    sa.CheckConstraint('top_n >= 1', name=op.f('ck_advancements_top_n')),
    sa.ForeignKeyConstraint(['source_id'], ['events.id'], name=op.f('fk_advancements_source_id')),
    sa.ForeignKeyConstraint(['target_id'], ['events.id'], name=op.f('fk_advancements_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_advancements')),
    sa.UniqueConstraint('source_id', 'target_id', name=op.f('uq_advancements_source_id_target_id'))
    )
    with op.batch_alter_table('advancements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_advancements_source_id'), ['source_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_advancements_target_id'), ['target_id'], unique=False)

    op.create_table('entry_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('unit_quota', sa.Integer(), nullable=True),
    sa.Column('waiting_list', sa.Boolean(), nullable=False),
    sa.Column('endorse', sa.Boolean(), nullable=False),
    sa.Column('at_once', sa.Boolean(), nullable=False),
    sa.Column('requirement', sa.JSON(), nullable=False),
    sa.Column('as_of', sa.Enum('deadline', 'event_day', 'date', name='asof', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('as_of_on', sa.Date(), nullable=True),
    sa.Column('substitute_until', sa.DateTime(), nullable=True),
    sa.Column('held', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(as_of = 'date') = (as_of_on IS NOT NULL)", name=op.f('ck_entry_rules_as_of_on')),
    sa.CheckConstraint('capacity >= 1', name=op.f('ck_entry_rules_capacity')),
    sa.CheckConstraint('held >= 0', name=op.f('ck_entry_rules_held')),
    sa.CheckConstraint('unit_quota >= 1', name=op.f('ck_entry_rules_unit_quota')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_entry_rules_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_rules')),
    sa.UniqueConstraint('event_id', name=op.f('uq_entry_rules_event_id'))
    )
    op.create_table('ladder_seats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('advancement_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('reserve', 'offered', 'accepted', 'declined', 'expired', 'lost', name='seatstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('total', sa.BigInteger(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('because', sa.JSON(), nullable=False),
    sa.Column('offered_at', sa.DateTime(), nullable=True),
    sa.Column('answer_by', sa.DateTime(), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('answered_by', sa.String(), nullable=True),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('target_entry_id', sa.Integer(), nullable=True),
    sa.Column('follows_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'accepted') = (target_entry_id IS NOT NULL)", name=op.f('ck_ladder_seats_entered')),
    sa.CheckConstraint("state = 'reserve' OR offered_at IS NOT NULL", name=op.f('ck_ladder_seats_offered')),
    sa.ForeignKeyConstraint(['advancement_id'], ['advancements.id'], name=op.f('fk_ladder_seats_advancement_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_ladder_seats_entry_id')),
    sa.ForeignKeyConstraint(['follows_id'], ['ladder_seats.id'], name=op.f('fk_ladder_seats_follows_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_ladder_seats_organisation_id')),
    sa.ForeignKeyConstraint(['target_entry_id'], ['entries.id'], name=op.f('fk_ladder_seats_target_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ladder_seats')),
    sa.UniqueConstraint('advancement_id', 'entry_id', name=op.f('uq_ladder_seats_advancement_id_entry_id')),
    sa.UniqueConstraint('advancement_id', 'position', name=op.f('uq_ladder_seats_advancement_id_position')),
    sa.UniqueConstraint('follows_id', name=op.f('uq_ladder_seats_follows_id'))
    )
    with op.batch_alter_table('ladder_seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ladder_seats_advancement_id'), ['advancement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ladder_seats_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ladder_seats_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ladder_seats_target_entry_id'), ['target_entry_id'], unique=False)

    op.create_table('registrations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('external', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('road', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'unit_endorsed', 'eligible', 'ineligible', 'admitted', 'waitlisted', 'withdrawn', 'substituted', name='registrationstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('queue', sa.Integer(), nullable=True),
    sa.Column('verdict', sa.JSON(), nullable=True),
    sa.Column('refusal', sa.JSON(), nullable=True),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('registered_by', sa.String(), nullable=False),
    sa.Column('registered_at', sa.DateTime(), nullable=False),
    sa.Column('endorsed_by', sa.String(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'waitlisted') = (queue IS NOT NULL)", name=op.f('ck_registrations_queue')),
    sa.CheckConstraint("road IN ('self', 'unit')", name=op.f('ck_registrations_road')),
    sa.CheckConstraint("state <> 'admitted' OR entry_id IS NOT NULL", name=op.f('ck_registrations_entered')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_registrations_entry_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_registrations_event_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_registrations_organisation_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['registrations.id'], name=op.f('fk_registrations_replaces_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['organisations.id'], name=op.f('fk_registrations_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registrations')),
    sa.UniqueConstraint('event_id', 'external', name=op.f('uq_registrations_event_id_external')),
    sa.UniqueConstraint('event_id', 'reference', name=op.f('uq_registrations_event_id_reference')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_registrations_replaces_id'))
    )
    with op.batch_alter_table('registrations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registrations_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registrations_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registrations_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registrations_unit_id'), ['unit_id'], unique=False)

    op.create_table('registrants',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_registrants_event_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_registrants_person_id')),
    sa.ForeignKeyConstraint(['registration_id'], ['registrations.id'], name=op.f('fk_registrants_registration_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registrants')),
    sa.UniqueConstraint('registration_id', 'position', name=op.f('uq_registrants_registration_id_position'))
    )
    with op.batch_alter_table('registrants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registrants_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registrants_registration_id'), ['registration_id'], unique=False)
        batch_op.create_index('uq_registrants_one_live', ['event_id', 'person_id'], unique=True, sqlite_where=sa.text('live'), postgresql_where=sa.text('live'))



def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
