"""predictions"""

from dataclasses import asdict

import sqlalchemy as sa
from alembic import op

import modelyard.kernel.db
from modelyard.endpoints.marks import marks_of, sum_of_numbers

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what predictions keep."""
    add_limits_of_endpoints()
    add_history_of_calls()
    add_drift()
    add_batches()
    add_reports()
    add_corrections()


def downgrade() -> None:
    """Remove it again."""
    remove_corrections()
    remove_drift()
    remove_history_of_calls()
    remove_reports()
    remove_batches()
    remove_limits_of_endpoints()


def add_limits_of_endpoints() -> None:
    instant = modelyard.kernel.db.UtcDateTime(timezone=True)
    with op.batch_alter_table("endpoints", schema=None) as batch_op:
        batch_op.add_column(sa.Column("has_own_name", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("not_sure_below", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("is_public", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("public_calls_per_day", sa.BigInteger(), nullable=False, server_default="200"))
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bound_to", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_api_keys_bound_to"), ["bound_to"])
    op.create_table(
        "endpoint_keys",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("calls_per_minute", sa.BigInteger(), nullable=True),
        sa.Column("rows_per_day", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_keys.id"], name=op.f("fk_endpoint_keys_key_id_api_keys"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_endpoint_keys_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_endpoint_keys")),
    )
    op.create_index(op.f("ix_endpoint_keys_endpoint_id"), "endpoint_keys", ["endpoint_id"])
    op.create_table(
        "allowances",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("ends_at", instant, nullable=False),
        sa.Column("n_used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowances")),
    )
    op.create_index(op.f("ix_allowances_ends_at"), "allowances", ["ends_at"])
    op.create_table(
        "kept_answers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_kept_answers_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answers")),
    )
    op.create_index(op.f("ix_kept_answers_endpoint_id"), "kept_answers", ["endpoint_id"])
    op.create_index(op.f("ix_kept_answers_created_at"), "kept_answers", ["created_at"])


def remove_limits_of_endpoints() -> None:
    for table in ("kept_answers", "allowances", "endpoint_keys"):
        op.drop_table(table)
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_keys_bound_to"))
        batch_op.drop_column("bound_to")
    with op.batch_alter_table("endpoints", schema=None) as batch_op:
        for name in ("public_calls_per_day", "is_public", "not_sure_below", "has_own_name"):
            batch_op.drop_column(name)


def add_batches() -> None:
    instant = modelyard.kernel.db.UtcDateTime(timezone=True)
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_name", sa.String(length=200), nullable=False),
        sa.Column("model_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("signature", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("label_column", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("header", sa.String(length=8), nullable=False),
        sa.Column("upload_hash", sa.String(length=64), nullable=False),
        sa.Column("rows_hash", sa.String(length=64), nullable=True),
        sa.Column("ragged_hash", sa.String(length=64), nullable=True),
        sa.Column("results_hash", sa.String(length=64), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("is_mapped_by_hand", sa.Boolean(), nullable=False),
        sa.Column("starts_itself", sa.Boolean(), nullable=False),
        sa.Column("check", sa.JSON(), nullable=True),
        sa.Column("n_rows", sa.BigInteger(), nullable=True),
        sa.Column("n_done", sa.BigInteger(), nullable=False),
        sa.Column("n_failed", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=True),
        sa.Column("n_unsure", sa.BigInteger(), nullable=True),
        sa.Column("not_sure_below", sa.Double(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("finished_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_batches_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_owner_id_id", "batches", ["owner_id", "id"])
    for column in ("endpoint_id", "state", "upload_hash", "created_at"):
        op.create_index(op.f(f"ix_batches_{column}"), "batches", [column])
    op.create_table(
        "batch_parts",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("n_rows", sa.BigInteger(), nullable=False),
        sa.Column("n_failed", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_parts_batch_id_batches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_parts")),
    )
    op.create_table(
        "batch_keys",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("is_asking", sa.Boolean(), nullable=False),
        sa.Column("n_counted", sa.BigInteger(), nullable=False),
        sa.Column("counted_until", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_keys_batch_id_batches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch_keys")),
    )


def remove_batches() -> None:
    op.drop_table("batch_keys")
    op.drop_table("batch_parts")
    op.drop_table("batches")


def add_history_of_calls() -> None:
    instant = modelyard.kernel.db.UtcDateTime(timezone=True)
    with op.batch_alter_table("endpoints", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calls_kept_days", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("n_inputs", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("sum_predictions", sa.Double(), nullable=True))
        batch_op.create_index("ix_calls_endpoint_id_version_id", ["endpoint_id", "version", "id"])
        batch_op.create_index(
            "ix_calls_failed",
            ["endpoint_id", "id"],
            sqlite_where=sa.text("status = 'failed'"),
            postgresql_where=sa.text("status = 'failed'"),
        )
    op.create_table(
        "call_classes",
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("class_key", sa.String(length=200), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("n_rows", sa.BigInteger(), nullable=False),
        sa.Column("lowest", sa.Double(), nullable=True),
        sa.Column("highest", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_classes_call_id_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("endpoint_id", "class_key", "step", "call_id", name=op.f("pk_call_classes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_call_classes_call_id"), "call_classes", ["call_id"])
    op.create_index("ix_call_classes_endpoint_id_step_call_id", "call_classes", ["endpoint_id", "step", "call_id"])
    op.create_table(
        "usage_steps",
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("n_calls", sa.BigInteger(), nullable=False),
        sa.Column("n_rows", sa.BigInteger(), nullable=False),
        sa.Column("n_errors", sa.BigInteger(), nullable=False),
        sa.Column("latencies", sa.JSON(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("n_numbers", sa.BigInteger(), nullable=False),
        sa.Column("sum_numbers", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_usage_steps_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("endpoint_id", "step", "at", name=op.f("pk_usage_steps")),
    )
    op.create_table(
        "usage_positions",
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["endpoints.id"],
            name=op.f("fk_usage_positions_endpoint_id_endpoints"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_usage_positions")),
    )
    mark_calls_of_before()


def mark_calls_of_before() -> None:
    """Give the calls of before what they are found by, a thousand at a time."""
    calls = sa.table(
        "calls",
        sa.column("id", sa.String),
        sa.column("endpoint_id", sa.String),
        sa.column("inputs", sa.JSON),
        sa.column("outputs", sa.JSON),
        sa.column("n_inputs", sa.BigInteger),
        sa.column("sum_predictions", sa.Double),
    )
    names = ("endpoint_id", "class_key", "step", "call_id", "n_rows", "lowest", "highest")
    classes = sa.table("call_classes", *(sa.column(name) for name in names))
    connection, last = op.get_bind(), ""
    chosen = sa.select(calls.c.id, calls.c.endpoint_id, calls.c.inputs, calls.c.outputs)
    while rows := connection.execute(chosen.where(calls.c.id > last).order_by(calls.c.id).limit(1000)).all():
        last = rows[-1].id
        counted = [{"call": row.id, "n": len(row.inputs), "total": sum_of_numbers(row.outputs)} for row in rows]
        changed = sa.update(calls).where(calls.c.id == sa.bindparam("call"))
        connection.execute(changed.values(n_inputs=sa.bindparam("n"), sum_predictions=sa.bindparam("total")), counted)
        marks = [
            {"endpoint_id": row.endpoint_id, "call_id": row.id, **asdict(mark)}
            for row in rows
            for mark in marks_of(row.outputs)
        ]
        if marks:
            connection.execute(sa.insert(classes), marks)


def remove_history_of_calls() -> None:
    for table in ("usage_positions", "usage_steps", "call_classes"):
        op.drop_table(table)
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_failed")
        batch_op.drop_index("ix_calls_endpoint_id_version_id")
        batch_op.drop_column("sum_predictions")
        batch_op.drop_column("n_inputs")
    with op.batch_alter_table("endpoints", schema=None) as batch_op:
        batch_op.drop_column("calls_kept_days")


def add_drift() -> None:
    instant = modelyard.kernel.db.UtcDateTime(timezone=True)
    op.create_table(
        "drift_reports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("n_rows", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_drift_reports_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift_reports")),
    )
    op.create_index("ix_drift_reports_endpoint_id_id", "drift_reports", ["endpoint_id", "id"])


def remove_drift() -> None:
    op.drop_table("drift_reports")


def add_reports() -> None:
    op.create_table(
        "batch_reports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("with_rows", sa.Boolean(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_batch_reports_batch_id_batches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_reports")),
    )
    for column in ("batch_id", "hash"):
        op.create_index(op.f(f"ix_batch_reports_{column}"), "batch_reports", [column])


def remove_reports() -> None:
    op.drop_table("batch_reports")


def add_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=True),
        sa.Column("batch_id", sa.String(length=32), nullable=True),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("predicted", sa.JSON(), nullable=True),
        sa.Column("correct", sa.JSON(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("error", sa.Double(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_corrections_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("call_id", "row", name=op.f("uq_corrections_call_id_row")),
        sa.UniqueConstraint("batch_id", "row", name=op.f("uq_corrections_batch_id_row")),
    )
    op.create_index("ix_corrections_endpoint_id_id", "corrections", ["endpoint_id", "id"])


def remove_corrections() -> None:
    op.drop_table("corrections")
