"""what people are told."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.add_column(sa.Column('about', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('competition_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('entry_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('of_result', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('read_at', sa.DateTime(), nullable=True))
    op.execute(
        "UPDATE announcements SET about = 'releases:' || CAST(release_id AS VARCHAR),"
        " competition_id = (SELECT competition_id FROM releases WHERE releases.id = announcements.release_id)"
    )
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.alter_column('about', existing_type=sa.String(), nullable=False)
        batch_op.alter_column('competition_id', existing_type=sa.Integer(), nullable=False)
        batch_op.drop_constraint(batch_op.f('uq_announcements_release_id_person_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('fk_announcements_release_id'), type_='foreignkey')
        batch_op.drop_column('release_id')
        batch_op.create_unique_constraint(batch_op.f('uq_announcements_about_person_id'), ['about', 'person_id'])
        batch_op.create_foreign_key(batch_op.f('fk_announcements_competition_id'), 'competitions', ['competition_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_announcements_entry_id'), 'entries', ['entry_id'], ['id'])


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
