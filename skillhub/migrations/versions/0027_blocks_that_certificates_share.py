"""blocks that certificates share."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "certificate_blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_blocks")),
        sa.UniqueConstraint("sha256", name=op.f("uq_certificate_blocks_sha256")),
    )
    with op.batch_alter_table("certificate_pdfs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("block_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_certificate_pdfs_block_id"), "certificate_blocks", ["block_id"], ["id"]
        )


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
