"""rulings on ties over a cut."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_version_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_rulings_reason")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_rulings_entry_id")),
        sa.ForeignKeyConstraint(
            ["result_version_id"], ["result_versions.id"], name=op.f("fk_rulings_result_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
        sa.UniqueConstraint(
            "result_version_id", "entry_id", name=op.f("uq_rulings_result_version_id_entry_id")
        ),
    )


def downgrade():
    op.drop_table("rulings")
