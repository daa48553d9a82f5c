"""experiments"""

import sqlalchemy as sa
from alembic import op

import modelyard.kernel.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=False),
        sa.Column("share_digest", sa.String(length=64), nullable=True),
        sa.Column("shared_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("share_ends_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("shared_number", sa.BigInteger(), nullable=True),
        sa.Column("is_shared_with_answers", sa.Boolean(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_experiments_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiments")),
        sa.UniqueConstraint("share_digest", name=op.f("uq_experiments_share_digest")),
    )
    op.create_index("ix_experiments_owner_id_id", "experiments", ["owner_id", "id"])

    op.create_table(
        "experiment_attempts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("experiment_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=64), nullable=False),
        sa.Column("dataset_id", sa.String(length=32), nullable=False),
        sa.Column("dataset_name", sa.String(length=200), nullable=False),
        sa.Column("dataset_digest", sa.String(length=64), nullable=False),
        sa.Column("configurations", sa.JSON(), nullable=False),
        sa.Column("n_samples", sa.BigInteger(), nullable=False),
        sa.Column("n_planned", sa.BigInteger(), nullable=False),
        sa.Column("n_done", sa.BigInteger(), nullable=False),
        sa.Column("n_failed", sa.BigInteger(), nullable=False),
        sa.Column("n_reused", sa.BigInteger(), nullable=False),
        sa.Column("n_input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("n_output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("spent_usd", sa.Double(), nullable=False),
        sa.Column("n_unknown_cost", sa.BigInteger(), nullable=False),
        sa.Column("n_scoring_tokens", sa.BigInteger(), nullable=False),
        sa.Column("scoring_usd", sa.Double(), nullable=False),
        sa.Column("running", sa.JSON(), nullable=False),
        sa.Column("results_hash", sa.String(length=64), nullable=True),
        sa.Column("scores_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("began_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiments.id"],
            name=op.f("fk_experiment_attempts_experiment_id_experiments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_experiment_attempts_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_attempts")),
        sa.UniqueConstraint("experiment_id", "number", name=op.f("uq_experiment_attempts_experiment_id_number")),
    )
    op.create_index(op.f("ix_experiment_attempts_owner_id"), "experiment_attempts", ["owner_id"])
    op.create_index(op.f("ix_experiment_attempts_results_hash"), "experiment_attempts", ["results_hash"])
    op.create_index(op.f("ix_experiment_attempts_run_id"), "experiment_attempts", ["run_id"])
    op.create_index(op.f("ix_experiment_attempts_scores_hash"), "experiment_attempts", ["scores_hash"])

    op.create_table(
        "experiment_answers",
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("configuration", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("repeat", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=True),
        sa.Column("reused_from", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parsed", sa.Text(), nullable=False),
        sa.Column("ended", sa.String(length=16), nullable=False),
        sa.Column("error_kind", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("n_requests", sa.BigInteger(), nullable=False),
        sa.Column("n_input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("n_output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("cost_usd", sa.Double(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["experiment_attempts.id"],
            name=op.f("fk_experiment_answers_attempt_id_experiment_attempts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attempt_id", "configuration", "place", "repeat", name=op.f("pk_experiment_answers")),
    )
    op.create_index(
        "ix_experiment_answers_owner_id_content_digest", "experiment_answers", ["owner_id", "content_digest"]
    )

    op.create_table(
        "experiment_labels",
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("configuration", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("repeat", sa.BigInteger(), nullable=False),
        sa.Column("labeller_id", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["experiment_attempts.id"],
            name=op.f("fk_experiment_labels_attempt_id_experiment_attempts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["labeller_id"], ["users.id"], name=op.f("fk_experiment_labels_labeller_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "attempt_id", "configuration", "place", "repeat", "labeller_id", name=op.f("pk_experiment_labels")
        ),
    )
    op.create_table(
        "experiment_samples",
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("sample_id", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("group", sa.String(length=200), nullable=True),
        sa.Column("rest", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["experiment_attempts.id"],
            name=op.f("fk_experiment_samples_attempt_id_experiment_attempts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attempt_id", "place", name=op.f("pk_experiment_samples")),
    )
    op.create_table(
        "experiment_reports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["experiment_attempts.id"],
            name=op.f("fk_experiment_reports_attempt_id_experiment_attempts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_reports")),
    )
    op.create_index(op.f("ix_experiment_reports_attempt_id"), "experiment_reports", ["attempt_id"])
    op.create_index(op.f("ix_experiment_reports_hash"), "experiment_reports", ["hash"])

    op.create_table(
        "experiment_promotions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("attempt_id", sa.String(length=32), nullable=False),
        sa.Column("configuration", sa.BigInteger(), nullable=False),
        sa.Column("becomes", sa.String(length=16), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["experiment_attempts.id"],
            name=op.f("fk_experiment_promotions_attempt_id_experiment_attempts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_promotions")),
    )
    op.create_index(op.f("ix_experiment_promotions_attempt_id"), "experiment_promotions", ["attempt_id"])


def downgrade() -> None:
    for name in ("promotions", "reports", "samples", "labels", "answers", "attempts"):
        op.drop_table(f"experiment_{name}")
    op.drop_table("experiments")
