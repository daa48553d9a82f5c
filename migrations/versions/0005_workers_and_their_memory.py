"""workers and their memory"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runs") as table:
        table.add_column(sa.Column("memory_bytes", sa.BigInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("workers") as table:
        table.add_column(sa.Column("run_memory_bytes", sa.BigInteger(), server_default="4294967296", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("workers") as table:
        table.drop_column("run_memory_bytes")
    with op.batch_alter_table("runs") as table:
        table.drop_column("memory_bytes")
