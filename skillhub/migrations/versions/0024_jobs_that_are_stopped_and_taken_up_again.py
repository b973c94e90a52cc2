"""jobs that are stopped and taken up again."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("wish", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("furthest", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("began_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("began_with", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_jobs_key"), ["key"])
    states = "'waiting', 'running', 'paused', 'done', 'failed', 'cancelled'"
    set_checks(
        op.get_bind(),
        "jobs",
        {"ck_jobs_jobstate": f"state IN ({states})", "ck_jobs_wish": "wish IN ('pause', 'cancel')"},
    )


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
