"""marking schemes and the marks of judges."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("aspect", sa.String(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("aspect <> ''", name=op.f("ck_marks_aspect")),
        sa.CheckConstraint("seat >= 0 AND attempt >= 1", name=op.f("ck_marks_slot")),
        sa.ForeignKeyConstraint(
            ["component_id"], ["components.id"], name=op.f("fk_marks_component_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_marks_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_marks_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
        sa.UniqueConstraint(
            "entry_id",
            "component_id",
            "aspect",
            "seat",
            "attempt",
            name=op.f("uq_marks_entry_id_component_id_aspect_seat_attempt"),
        ),
    )
    op.create_index(op.f("ix_marks_component_id"), "marks", ["component_id"])

    op.create_table(
        "earlier_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_earlier_marks_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["mark_id"], ["marks.id"], name=op.f("fk_earlier_marks_mark_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_marks")),
    )
    op.create_index("ix_earlier_marks_mark_id", "earlier_marks", ["mark_id"])

    for name, kind, usual in (
        ("scheme", sa.JSON(), "{}"),
        *((name, sa.String(), "") for name in ("carry_from", "carry_part", "void_why")),
    ):
        op.add_column("components", sa.Column(name, kind, server_default=usual, nullable=False))
    for name in ("exact", "token"):
        op.add_column("sheets", sa.Column(name, sa.String(), server_default="", nullable=False))
    connection = op.get_bind()
    set_checks(
        connection,
        "components",
        {
            "ck_components_kind": "kind IN ('points', 'time', 'penalty', 'carried')",
            "ck_components_carry_from": "(kind = 'carried') = (carry_from <> '')",
        },
    )
    set_checks(connection, "sheets", {"ck_sheets_token": "token = '' OR points IS NULL"})


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
