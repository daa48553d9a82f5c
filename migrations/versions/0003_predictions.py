"""predictions"""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what predictions keep."""


def downgrade() -> None:
    """Remove it again."""
