"""results that are frozen first."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks, set_nullable

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("result_versions", sa.Column("frozen_by", sa.String(), nullable=True))
    op.add_column("result_versions", sa.Column("frozen_at", sa.DateTime(), nullable=True))
    connection = op.get_bind()
    connection.exec_driver_sql(
        "UPDATE result_versions SET frozen_by = signed_by, frozen_at = signed_at"
    )
    set_nullable(
        connection,
        "result_versions",
        {"frozen_by": False, "frozen_at": False, "signed_by": True, "signed_at": True},
    )
    set_checks(
        connection,
        "result_versions",
        {"ck_result_versions_signed_whole": "(signed_by IS NULL) = (signed_at IS NULL)"},
    )


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
