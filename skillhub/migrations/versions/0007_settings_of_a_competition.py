"""settings of a competition, its series, its filing; check-in; smallest field."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks, set_references

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "competition_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_competition_series_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_series")),
        sa.UniqueConstraint("code", name=op.f("uq_competition_series_code")),
    )
    op.create_index("ix_competition_series_organisation_id", "competition_series", ["organisation_id"])
    needed = [
        ("weights", sa.String(32), "free"),
        *((name, sa.Boolean(), sa.false()) for name in ("filing", "registers", "blind")),
        ("notice_days", sa.Integer(), "0"),
        ("appeal_hours", sa.Integer(), "2"),
        ("announcement", sa.Text(), ""),
        ("announcement_en", sa.Text(), ""),
    ]
    for name, kind, usual in needed:
        op.add_column("competitions", sa.Column(name, kind, server_default=usual, nullable=False))
    moments = ("registration_opens_at", "registration_closes_at", "filed_at", "approved_at")
    for name in moments:
        op.add_column("competitions", sa.Column(name, sa.DateTime(), nullable=True))
    for name in ("announced_by", "tier_by", "filed_by", "approved_by"):
        op.add_column("competitions", sa.Column(name, sa.String(), nullable=True))
    op.add_column("competitions", sa.Column("series_id", sa.Integer(), nullable=True))
    op.create_index("ix_competitions_series_id", "competitions", ["series_id"])
    op.add_column("entries", sa.Column("checked_in_at", sa.DateTime(), nullable=True))
    for name, kind, usual in (
        ("min_entries", sa.Integer(), "0"),
        ("waived_why", sa.String(), ""),
        ("stopped_why", sa.String(), ""),
    ):
        op.add_column("events", sa.Column(name, kind, server_default=usual, nullable=False))

    connection = op.get_bind()
    set_references(connection, "competitions", {"series_id": "competition_series (id)"})
    set_checks(
        connection,
        "competitions",
        {
            "ck_competitions_weights": "weights IN ('free', 'percent')",
            "ck_competitions_notice_days": "notice_days >= 0",
            "ck_competitions_appeal_hours": "appeal_hours >= 0",
            "ck_competitions_registration": "registration_opens_at < registration_closes_at",
            "ck_competitions_filed": "(filed_by IS NULL) = (filed_at IS NULL)",
            "ck_competitions_approved": "(approved_by IS NULL) = (approved_at IS NULL)"
            " AND (approved_by IS NULL OR filed_by IS NOT NULL)",
            "ck_competitions_approved_by_a_second": "approved_by <> filed_by AND approved_by <> announced_by",
        },
        # nobody stands above the top of the tree: what it announced keeps its tier
        fill="UPDATE competitions SET tier_by = 'operator' WHERE host_id IN"
        " (SELECT id FROM organisations WHERE parent_id IS NULL)",
    )
    set_checks(connection, "events", {"ck_events_min_entries": "min_entries >= 0"})


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
