"""the life of an event, and more hats."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = (
    "'draft', 'filed', 'registration_open', 'registration_closed', 'prepared', 'running', 'scoring', 'provisional',"
    " 'public_notice', 'under_review', 'final', 'correcting', 'archived', 'cancelled', 'suspended'"
)
OPEN = "'draft', 'filed', 'registration_open', 'registration_closed'"
ROLES = (
    "'administrator', 'organiser', 'judge', 'chief_judge', 'code_officer', 'checker', 'appeals_panel',"
    " 'certificate_staff', 'incentive_reviewer', 'auditor', 'worker'"
)


def upgrade():
    op.add_column("events", sa.Column("left_state", sa.String(32), nullable=True))
    connection = op.get_bind()
    set_checks(
        connection,
        "events",
        {
            "ck_events_eventstate": f"state IN ({STATES})",
            "ck_events_left_state_known": f"left_state IN ({STATES})",
            "ck_events_locked_when": f"state IN ('cancelled', 'suspended') OR (locked_at IS NULL) = (state IN ({OPEN}))",
            "ck_events_left_state": "(state = 'suspended') = (left_state IS NOT NULL)",
        },
        fill="UPDATE events SET state = 'prepared' WHERE state = 'locked'",
    )
    set_checks(connection, "grants", {"ck_grants_role": f"role IN ({ROLES})"})


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
