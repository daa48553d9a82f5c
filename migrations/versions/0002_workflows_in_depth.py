"""workflows in depth"""

import sqlalchemy as sa
from alembic import op

import modelyard.kernel.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("finish_requested_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True)
        )
    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.add_column(sa.Column("findings", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("trials", sa.JSON(), nullable=False, server_default="[]"))
    add_library_of_workflows()


def downgrade() -> None:
    remove_library_of_workflows()
    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.drop_column("trials")
        batch_op.drop_column("findings")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_column("finish_requested_at")


def add_library_of_workflows() -> None:
    instant = modelyard.kernel.db.UtcDateTime(timezone=True)
    with op.batch_alter_table("workflow_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("label", sa.Text(), nullable=True))
    with op.batch_alter_table("step_cache", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_at", instant, nullable=True))
        batch_op.add_column(sa.Column("sizes", sa.JSON(), nullable=True))
    op.create_table(
        "workflow_datasets",
        sa.Column("workflow_id", sa.String(length=32), nullable=False),
        sa.Column("dataset_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name=op.f("fk_workflow_datasets_workflow_id_workflows"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workflow_id", "dataset_id", name=op.f("pk_workflow_datasets")),
    )
    op.create_index(op.f("ix_workflow_datasets_dataset_id"), "workflow_datasets", ["dataset_id"])
    op.create_table(
        "workflow_schedules",
        sa.Column("workflow_id", sa.String(length=32), nullable=False),
        sa.Column("cron", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("next_at", instant, nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("updated_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflows.id"],
            name=op.f("fk_workflow_schedules_workflow_id_workflows"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_workflow_schedules")),
    )
    op.create_index(op.f("ix_workflow_schedules_next_at"), "workflow_schedules", ["next_at"])
    op.create_table(
        "scheduled_starts",
        sa.Column("workflow_id", sa.String(length=32), nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("n_missed", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["workflow_id"],
            ["workflow_schedules.workflow_id"],
            name=op.f("fk_scheduled_starts_workflow_id_workflow_schedules"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workflow_id", "due_at", name=op.f("pk_scheduled_starts")),
    )
    note_datasets_of_saved_workflows()


def note_datasets_of_saved_workflows() -> None:
    workflows = sa.table("workflows", sa.column("id", sa.String), sa.column("graph", sa.JSON))
    links = sa.table("workflow_datasets", sa.column("workflow_id", sa.String), sa.column("dataset_id", sa.String))
    connection = op.get_bind()
    found = {
        (row.id, dataset)
        for row in connection.execute(sa.select(workflows.c.id, workflows.c.graph)).all()
        for node in row.graph.get("nodes", [])
        if isinstance(dataset := node.get("parameters", {}).get("dataset"), str) and 0 < len(dataset) <= 64
    }
    if found:
        rows = [{"workflow_id": workflow, "dataset_id": dataset} for workflow, dataset in sorted(found)]
        connection.execute(sa.insert(links), rows)


def remove_library_of_workflows() -> None:
    op.drop_table("scheduled_starts")
    op.drop_table("workflow_schedules")
    op.drop_table("workflow_datasets")
    with op.batch_alter_table("step_cache", schema=None) as batch_op:
        batch_op.drop_column("sizes")
        batch_op.drop_column("used_at")
    with op.batch_alter_table("workflow_versions", schema=None) as batch_op:
        batch_op.drop_column("label")
