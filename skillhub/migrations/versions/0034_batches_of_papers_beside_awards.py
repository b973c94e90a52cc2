"""batches of papers beside awards."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks, set_nullable

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("batches", sa.Column("paper", sa.String(), server_default="", nullable=False))
    op.add_column("batch_items", sa.Column("subject", sa.String(), server_default="", nullable=False))
    connection = op.get_bind()
    set_nullable(connection, "batch_items", {"award_id": True})
    set_checks(
        connection,
        "batch_items",
        {"ck_batch_items_subject": "(award_id IS NULL) = (subject <> '')"},
    )
    named = sa.text("subject <> ''")
    op.create_index(
        "uq_batch_items_one_subject",
        "batch_items",
        ["batch_id", "subject"],
        unique=True,
        sqlite_where=named,
        postgresql_where=named,
    )


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
