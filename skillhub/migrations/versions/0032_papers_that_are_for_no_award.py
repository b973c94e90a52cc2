"""papers that are for no award."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks, set_nullable

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("certificates", sa.Column("subject", sa.String(), server_default="", nullable=False))
    connection = op.get_bind()
    set_nullable(connection, "certificates", {"award_id": True})
    set_checks(
        connection,
        "certificates",
        {"ck_certificates_subject": "(award_id IS NULL) = (subject <> '')"},
    )
    numbered = sa.text("subject <> '' AND state IN ('reserved', 'issued')")
    op.create_index(
        "uq_certificates_one_valid_subject",
        "certificates",
        ["subject"],
        unique=True,
        sqlite_where=numbered,
        postgresql_where=numbered,
    )


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
