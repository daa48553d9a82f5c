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
    add_versions_of_models()


def downgrade() -> None:
    remove_versions_of_models()
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


def add_versions_of_models() -> None:
    """Each model so far becomes version 1 of a lineage of its own, served by the endpoint it has."""
    instant = modelyard.kernel.db.UtcDateTime(timezone=True)
    op.create_table(
        "lineages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("workflow_id", sa.String(length=32), nullable=True),
        sa.Column("node_id", sa.String(length=100), nullable=True),
        sa.Column("endpoint_id", sa.String(length=32), nullable=True),
        sa.Column("promoted_id", sa.String(length=32), nullable=False),
        sa.Column("last_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_lineages_endpoint_id_endpoints"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_lineages_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineages")),
        sa.UniqueConstraint(
            "owner_id", "workflow_id", "node_id", name=op.f("uq_lineages_owner_id_workflow_id_node_id")
        ),
    )
    op.create_index("ix_lineages_owner_id_id", "lineages", ["owner_id", "id"])
    op.create_table(
        "promotions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("lineage_id", sa.String(length=32), nullable=False),
        sa.Column("model_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["lineage_id"], ["lineages.id"], name=op.f("fk_promotions_lineage_id_lineages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotions")),
    )
    op.create_index(op.f("ix_promotions_lineage_id"), "promotions", ["lineage_id"])
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.BigInteger(), nullable=True))
    op.execute("UPDATE calls SET version = 1 WHERE endpoint_id IN (SELECT endpoint_id FROM models)")
    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lineage_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("limits", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("splitting", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("predictions_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("scored_rows_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("row_seconds", sa.Double(), nullable=True))
    op.execute("UPDATE models SET lineage_id = 'ln' || substr(id, 3)")
    op.execute(
        "INSERT INTO lineages"
        " (id, owner_id, name, workflow_id, node_id, endpoint_id, promoted_id, last_version, created_at)"
        " SELECT lineage_id, owner_id, NULL, workflow_id, NULL, endpoint_id, id, 1, created_at FROM models"
    )
    op.execute(
        "INSERT INTO promotions (id, lineage_id, model_id, version, cause, actor_name, created_at)"
        " SELECT 'pm' || substr(models.id, 3), lineage_id, models.id, 1, 'first', users.name, models.created_at"
        " FROM models JOIN users ON users.id = models.owner_id"
    )
    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.alter_column("lineage_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.drop_constraint(op.f("fk_models_endpoint_id_endpoints"), type_="foreignkey")
        batch_op.drop_column("endpoint_id")
        batch_op.create_foreign_key(
            op.f("fk_models_lineage_id_lineages"), "lineages", ["lineage_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_unique_constraint(op.f("uq_models_lineage_id_version"), ["lineage_id", "version"])
        batch_op.create_index(op.f("ix_models_predictions_hash"), ["predictions_hash"])


def remove_versions_of_models() -> None:
    """Only the version that is served keeps the endpoint; the other versions stay as models without one."""
    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.add_column(sa.Column("endpoint_id", sa.String(length=32), nullable=True))
    op.execute(
        "UPDATE models SET endpoint_id = (SELECT endpoint_id FROM lineages WHERE lineages.promoted_id = models.id)"
    )
    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_models_predictions_hash"))
        batch_op.drop_constraint(op.f("uq_models_lineage_id_version"), type_="unique")
        batch_op.drop_constraint(op.f("fk_models_lineage_id_lineages"), type_="foreignkey")
        batch_op.create_foreign_key(
            op.f("fk_models_endpoint_id_endpoints"), "endpoints", ["endpoint_id"], ["id"], ondelete="SET NULL"
        )
        added = ("lineage_id", "version", "groups", "limits", "splitting", "predictions_hash", "scored_rows_hash")
        for name in (*added, "row_seconds"):
            batch_op.drop_column(name)
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_column("version")
    op.drop_table("promotions")
    op.drop_table("lineages")
