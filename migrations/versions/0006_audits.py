"""audits"""

import sqlalchemy as sa
from alembic import op

import modelyard.kernel.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("thing", sa.String(length=16), nullable=False),
        sa.Column("folder", sa.String(length=1000), nullable=False),
        sa.Column("upload_hash", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.Column("report_hash", sa.String(length=64), nullable=True),
        sa.Column("page_hash", sa.String(length=64), nullable=True),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("fingerprints", sa.JSON(), nullable=False),
        sa.Column("n_files", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_audits_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    for name in ("owner_id", "page_hash", "report_hash", "run_id", "upload_hash"):
        op.create_index(op.f(f"ix_audits_{name}"), "audits", [name])
    op.create_index("ix_audits_owner_id_name", "audits", ["owner_id", "name"])


def downgrade() -> None:
    op.drop_table("audits")
