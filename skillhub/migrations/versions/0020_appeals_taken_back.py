"""appeals taken back."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATES = "'received', 'rejected_late', 'under_review', 'decided', 'withdrawn'"


def upgrade():
    with op.batch_alter_table('appeals', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_why', sa.Text(), server_default='', nullable=False))
    set_checks(
        op.get_bind(),
        "appeals",
        {
            "ck_appeals_appealstate": f"state IN ({STATES})",
            "ck_appeals_withdrawn_when": "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
        },
    )


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
