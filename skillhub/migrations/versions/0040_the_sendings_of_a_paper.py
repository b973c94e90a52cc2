"""the sendings of a paper."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_sendings_paper_id", "sendings", ["paper_id"])


def downgrade():
    op.drop_index("ix_sendings_paper_id", "sendings")
