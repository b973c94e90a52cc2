"""which competition a certificate is about."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_references

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

OF_AWARDS = """
UPDATE certificates SET competition_id = (
  SELECT events.competition_id FROM awards JOIN events ON events.id = awards.event_id WHERE awards.id = award_id
) WHERE award_id IS NOT NULL
"""
KINDS = ("participation", "thanks", "commendation", "qualification")  # whose subject is kind:competition:what:key


def upgrade():
    op.add_column("certificates", sa.Column("competition_id", sa.Integer(), nullable=True))
    connection = op.get_bind()
    connection.execute(sa.text(OF_AWARDS))
    others = sa.text("SELECT id, subject FROM certificates WHERE award_id IS NULL")
    put = sa.text("UPDATE certificates SET competition_id = :about WHERE id = :key")
    for key, subject in connection.execute(others).all():
        kind, about, *_ = [*subject.split(":"), ""]
        if kind in KINDS and about.isdecimal():
            connection.execute(put, {"about": int(about), "key": key})
    set_references(connection, "certificates", {"competition_id": "competitions (id)"})
    op.create_index("ix_certificates_competition_id", "certificates", ["competition_id"])


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
