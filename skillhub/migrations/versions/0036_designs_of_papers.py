"""designs of papers."""

import sqlalchemy as sa
from alembic import op

from skillhub.kernel.schema import set_checks

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


ROLES = ", ".join(
    f"'{role}'"
    for role in (
        *("administrator", "organiser", "judge", "chief_judge", "code_officer", "checker"),
        *("appeals_panel", "certificate_staff", "template_writer", "incentive_reviewer"),
        *("auditor", "worker"),
    )
)


def upgrade():
    op.create_table('designs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('title_zh', sa.String(), nullable=False),
    sa.Column('title_en', sa.String(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('put_away_at', sa.DateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['organisations.id'], name=op.f('fk_designs_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_designs')),
    sa.UniqueConstraint('code', name=op.f('uq_designs_code'))
    )
    with op.batch_alter_table('designs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_designs_owner_id'), ['owner_id'], unique=False)

    op.create_table('design_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('making', sa.Enum('drawn', 'written', name='making', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('draft', 'sent', 'published', name='versionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('drawn_by', sa.String(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(), nullable=False),
    sa.Column('hands', sa.JSON(), nullable=False),
    sa.Column('sent_by', sa.String(), nullable=True),
    sa.Column('sent_at', sa.DateTime(), nullable=True),
    sa.Column('returned_why', sa.String(), nullable=False),
    sa.Column('published_by', sa.String(), nullable=True),
    sa.Column('published_at', sa.DateTime(), nullable=True),
    sa.Column('prints', sa.JSON(), nullable=False),
    sa.Column('files', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'published') = (published_by IS NOT NULL) AND (state = 'published') = (published_at IS NOT NULL) AND (state = 'published') = (files IS NOT NULL)", name=op.f('ck_design_versions_published_whole')),
    sa.CheckConstraint("state = 'draft' OR sent_by IS NOT NULL", name=op.f('ck_design_versions_sent')),
    sa.CheckConstraint('published_by IS NULL OR published_by <> drawn_by', name=op.f('ck_design_versions_second_person')),
    sa.ForeignKeyConstraint(['design_id'], ['designs.id'], name=op.f('fk_design_versions_design_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_versions')),
    sa.UniqueConstraint('design_id', 'number', name=op.f('uq_design_versions_design_id_number'))
    )
    with op.batch_alter_table('design_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_versions_design_id'), ['design_id'], unique=False)
        batch_op.create_index('uq_design_versions_under_way', ['design_id'], unique=True, sqlite_where=sa.text("state IN ('draft', 'sent')"), postgresql_where=sa.text("state IN ('draft', 'sent')"))

    op.create_table('design_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['version_id'], ['design_versions.id'], name=op.f('fk_design_files_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_files')),
    sa.UniqueConstraint('version_id', 'name', name=op.f('uq_design_files_version_id_name'))
    )
    with op.batch_alter_table('design_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_files_version_id'), ['version_id'], unique=False)

    set_checks(op.get_bind(), "grants", {"ck_grants_role": f"role IN ({ROLES})"})


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
