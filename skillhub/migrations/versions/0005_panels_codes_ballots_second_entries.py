"""panels, codes, ballots, second entries."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('relations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('kin', 'coach', 'master_apprentice', 'other', name='relationkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('person_id <> other_id', name=op.f('ck_relations_two_people')),
    sa.CheckConstraint('until IS NULL OR since IS NULL OR until >= since', name=op.f('ck_relations_order')),
    sa.ForeignKeyConstraint(['other_id'], ['people.id'], name=op.f('fk_relations_other_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_relations_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_relations')),
    sa.UniqueConstraint('person_id', 'other_id', 'kind', name=op.f('uq_relations_person_id_other_id_kind'))
    )
    with op.batch_alter_table('relations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_relations_other_id'), ['other_id'], unique=False)

    op.create_table('waivers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('competition_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('waived_by_id', sa.Integer(), nullable=True),
    sa.Column('waived_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("why <> ''", name=op.f('ck_waivers_why')),
    sa.ForeignKeyConstraint(['competition_id'], ['competitions.id'], name=op.f('fk_waivers_competition_id')),
    sa.ForeignKeyConstraint(['waived_by_id'], ['users.id'], name=op.f('fk_waivers_waived_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waivers')),
    sa.UniqueConstraint('competition_id', name=op.f('uq_waivers_competition_id'))
    )
    op.create_table('draws',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('numbers_by_id', sa.Integer(), nullable=False),
    sa.Column('numbers_at', sa.DateTime(), nullable=False),
    sa.Column('codes_by_id', sa.Integer(), nullable=True),
    sa.Column('codes_at', sa.DateTime(), nullable=True),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(), nullable=True),
    sa.Column('witnessed_by_id', sa.Integer(), nullable=True),
    sa.Column('witnessed_at', sa.DateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(codes_at IS NULL) = (codes_by_id IS NULL)', name=op.f('ck_draws_codes_whole')),
    sa.CheckConstraint('(opened_at IS NULL) = (opened_by_id IS NULL)', name=op.f('ck_draws_opened_whole')),
    sa.CheckConstraint('(witnessed_at IS NULL) = (witnessed_by_id IS NULL)', name=op.f('ck_draws_witnessed_whole')),
    sa.CheckConstraint('opened_at IS NULL OR codes_at IS NOT NULL', name=op.f('ck_draws_opened_after_codes')),
    sa.CheckConstraint('witnessed_at IS NULL OR opened_at IS NOT NULL', name=op.f('ck_draws_witnessed_after')),
    sa.CheckConstraint('witnessed_by_id IS NULL OR witnessed_by_id <> opened_by_id', name=op.f('ck_draws_second_person')),
    sa.ForeignKeyConstraint(['codes_by_id'], ['users.id'], name=op.f('fk_draws_codes_by_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_draws_event_id')),
    sa.ForeignKeyConstraint(['numbers_by_id'], ['users.id'], name=op.f('fk_draws_numbers_by_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['users.id'], name=op.f('fk_draws_opened_by_id')),
    sa.ForeignKeyConstraint(['witnessed_by_id'], ['users.id'], name=op.f('fk_draws_witnessed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draws')),
    sa.UniqueConstraint('event_id', name=op.f('uq_draws_event_id'))
    )
    op.create_table('claims',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_claims_entry_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_claims_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claims')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_claims_entry_id'))
    )
    with op.batch_alter_table('claims', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claims_user_id'), ['user_id'], unique=False)

    op.create_table('codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_codes_entry_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_codes_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_codes')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_codes_entry_id')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_codes_event_id_code')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_codes_event_id_number'))
    )
    op.create_table('panels',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=False),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(submitted_at IS NULL) = (submitted_by_id IS NULL)', name=op.f('ck_panels_submitted_whole')),
    sa.ForeignKeyConstraint(['component_id'], ['components.id'], name=op.f('fk_panels_component_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['users.id'], name=op.f('fk_panels_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panels')),
    sa.UniqueConstraint('component_id', name=op.f('uq_panels_component_id'))
    )
    op.create_table('second_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('component_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('points >= 0', name=op.f('ck_second_entries_points')),
    sa.ForeignKeyConstraint(['component_id'], ['components.id'], name=op.f('fk_second_entries_component_id')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['users.id'], name=op.f('fk_second_entries_entered_by_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_second_entries_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_entries')),
    sa.UniqueConstraint('entry_id', 'component_id', name=op.f('uq_second_entries_entry_id_component_id'))
    )
    with op.batch_alter_table('second_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_second_entries_component_id'), ['component_id'], unique=False)

    op.create_table('seats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('panel_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(), nullable=False),
    sa.Column('until', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['panel_id'], ['panels.id'], name=op.f('fk_seats_panel_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_seats_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seats'))
    )
    with op.batch_alter_table('seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seats_user_id'), ['user_id'], unique=False)
        batch_op.create_index('uq_seats_one_number', ['panel_id', 'number'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.create_index('uq_seats_one_user_id', ['panel_id', 'user_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.create_table('ballots',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seat_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('marks', sa.JSON(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(), nullable=False),
    sa.Column('recalled_by_id', sa.Integer(), nullable=True),
    sa.Column('recalled_at', sa.DateTime(), nullable=True),
    sa.Column('recalled_why', sa.String(), nullable=False),
    sa.CheckConstraint("(recalled_at IS NULL) = (recalled_why = '') AND (recalled_at IS NULL) = (recalled_by_id IS NULL)", name=op.f('ck_ballots_recalled_whole')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_ballots_entry_id')),
    sa.ForeignKeyConstraint(['recalled_by_id'], ['users.id'], name=op.f('fk_ballots_recalled_by_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['seats.id'], name=op.f('fk_ballots_seat_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballots')),
    sa.UniqueConstraint('seat_id', 'entry_id', 'n', name=op.f('uq_ballots_seat_id_entry_id_n'))
    )
    with op.batch_alter_table('ballots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballots_entry_id'), ['entry_id'], unique=False)

    op.create_table('recusals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seat_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("why <> ''", name=op.f('ck_recusals_why')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['users.id'], name=op.f('fk_recusals_confirmed_by_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_recusals_entry_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['seats.id'], name=op.f('fk_recusals_seat_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recusals')),
    sa.UniqueConstraint('seat_id', 'entry_id', name=op.f('uq_recusals_seat_id_entry_id'))
    )
    with op.batch_alter_table('recusals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recusals_entry_id'), ['entry_id'], unique=False)

    set_checks(
        op.get_bind(),
        "competitions",
        {"ck_competitions_checking": "checking IN ('look_over', 'double', 'off')"},
    )


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
