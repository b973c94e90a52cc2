"""checkpoints that nobody changes."""

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade():
    """Nothing but the guards, which are laid after every migration: checkpoints have them now too."""


def downgrade():
    raise NotImplementedError("restore the backup that was made before the upgrade")
