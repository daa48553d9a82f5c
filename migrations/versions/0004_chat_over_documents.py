"""chat over documents"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import modelyard.kernel.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_FTS = """
CREATE VIRTUAL TABLE chunk_words_fts USING fts5(
    head, body, bare, content='', tokenize="ascii tokenchars '_.:+#~'''"
)
"""
"""Words come apart by spaces; this tokenizer takes all else that they hold as letters."""
_SPELLED = "CASE {0} WHEN '' THEN '' ELSE {1}.shelf || replace({0}, ' ', ' ' || {1}.shelf) END"
_ADD = "INSERT INTO chunk_words_fts (rowid, head, body, bare) VALUES (new.chunk_id, {new});"
_TAKE = "INSERT INTO chunk_words_fts (chunk_words_fts, rowid, head, body, bare) VALUES ('delete', old.chunk_id, {old});"
_TRIGGERS = {"insert": _ADD, "delete": _TAKE, "update": _TAKE + " " + _ADD}


def upgrade() -> None:
    """Add what chat over documents keeps."""
    op.create_table(
        "llm_budgets",
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("usd_per_month", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_llm_budgets_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_llm_budgets")),
    )
    op.create_table(
        "llm_spending",
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("provider_kind", sa.String(length=32), nullable=False),
        sa.Column("llm_name", sa.String(length=200), nullable=False),
        sa.Column("n_requests", sa.BigInteger(), nullable=False),
        sa.Column("n_input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("n_output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_usd", sa.Double(), nullable=False),
        sa.Column("n_unknown_cost", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_llm_spending_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("owner_id", "month", "provider_kind", "llm_name", name=op.f("pk_llm_spending")),
    )
    op.create_table(
        "llms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.JSON(), nullable=False),
        sa.Column("provider_kind", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("secret_ends", sa.String(length=8), nullable=True),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("check", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_llms_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_llms")),
    )
    with op.batch_alter_table("llms", schema=None) as batch_op:
        batch_op.create_index("ix_llms_owner_id_id", ["owner_id", "id"], unique=False)

    op.create_table(
        "chat_sessions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_chat_sessions_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_sessions")),
    )
    with op.batch_alter_table("chat_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_chat_sessions_endpoint_id_id", ["endpoint_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chat_sessions_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_chat_sessions_reader"), ["reader"], unique=False)

    op.create_table(
        "collections",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("index", sa.JSON(), nullable=False),
        sa.Column("embedder_id", sa.String(length=32), nullable=True),
        sa.Column("llm_id", sa.String(length=32), nullable=True),
        sa.Column("answering", sa.JSON(), nullable=False),
        sa.Column("site_url", sa.Text(), nullable=True),
        sa.Column("embedder_fingerprint", sa.String(length=200), nullable=True),
        sa.Column("n_dimensions", sa.BigInteger(), nullable=True),
        sa.Column("wanted", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("is_sync_due", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("n_documents", sa.BigInteger(), nullable=False),
        sa.Column("n_chunks", sa.BigInteger(), nullable=False),
        sa.Column("n_words", sa.BigInteger(), nullable=False),
        sa.Column("n_words_indexed", sa.BigInteger(), nullable=False),
        sa.Column("sample", sa.String(length=32), nullable=True),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("synced_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["embedder_id"], ["llms.id"], name=op.f("fk_collections_embedder_id_llms"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["llm_id"], ["llms.id"], name=op.f("fk_collections_llm_id_llms"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_collections_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collections_endpoint_id"), ["endpoint_id"], unique=False)
        batch_op.create_index("ix_collections_owner_id_id", ["owner_id", "id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("thumb", sa.String(length=8), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_feedback_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_feedback")),
        info={"goes_with_endpoint": "pieces of feedback"},
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_endpoint_id"), ["endpoint_id"], unique=False)

    op.create_table(
        "browser_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("questions_per_reader_per_day", sa.BigInteger(), nullable=False),
        sa.Column("questions_per_day", sa.BigInteger(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_browser_keys_endpoint_id_endpoints"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_keys")),
        info={"goes_with_endpoint": "browser keys"},
    )
    with op.batch_alter_table("browser_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browser_keys_endpoint_id"), ["endpoint_id"], unique=False)

    op.create_table(
        "document_origins",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.JSON(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("upload_hash", sa.String(length=64), nullable=True),
        sa.Column("added_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("synced_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_document_origins_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_origins")),
    )
    with op.batch_alter_table("document_origins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_origins_collection_id"), ["collection_id"], unique=False)

    op.create_table(
        "document_versions",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("first_version", sa.BigInteger(), nullable=False),
        sa.Column("last_version", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_document_versions_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "text_hash", name=op.f("pk_document_versions")),
    )
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_versions_collection_id"), ["collection_id"], unique=False)

    op.create_table(
        "page_variants",
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("wish", sa.String(length=64), nullable=False),
        sa.Column("llm", sa.String(length=200), nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("maker", sa.String(length=32), nullable=True),
        sa.Column("lease_expires_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("usage", sa.JSON(), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_page_variants_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("text_hash", "wish", "llm", name=op.f("pk_page_variants")),
    )
    with op.batch_alter_table("page_variants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_variants_collection_id"), ["collection_id"], unique=False)

    op.create_table(
        "question_groupings",
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("groups_hash", sa.String(length=64), nullable=False),
        sa.Column("vectors_hash", sa.String(length=64), nullable=False),
        sa.Column("embedder", sa.Text(), nullable=False),
        sa.Column("n_questions", sa.BigInteger(), nullable=False),
        sa.Column("made_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_question_groupings_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", name=op.f("pk_question_groupings")),
    )
    op.create_table(
        "question_sets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("rows_hash", sa.String(length=64), nullable=False),
        sa.Column("n_questions", sa.BigInteger(), nullable=False),
        sa.Column("dataset_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_question_sets_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sets")),
    )
    with op.batch_alter_table("question_sets", schema=None) as batch_op:
        batch_op.create_index("ix_question_sets_collection_id_id", ["collection_id", "id"], unique=False)

    op.create_table(
        "test_questions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("document_key", sa.String(length=700), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("is_answerable", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_test_questions_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_questions")),
    )
    with op.batch_alter_table("test_questions", schema=None) as batch_op:
        batch_op.create_index("ix_test_questions_collection_id_id", ["collection_id", "id"], unique=False)

    op.create_table(
        "quality_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("collection_version", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("dataset_id", sa.String(length=32), nullable=True),
        sa.Column("question_set_id", sa.String(length=32), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("results_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_quality_runs_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_runs")),
    )
    with op.batch_alter_table("quality_runs", schema=None) as batch_op:
        batch_op.create_index("ix_quality_runs_collection_id_id", ["collection_id", "id"], unique=False)

    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("origin_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=700), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("loader", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.Column("n_words", sa.BigInteger(), nullable=False),
        sa.Column("n_words_indexed", sa.BigInteger(), nullable=False),
        sa.Column("n_chunks", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("added_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", modelyard.kernel.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_documents_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"],
            ["document_origins.id"],
            name=op.f("fk_documents_origin_id_document_origins"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_collection_id_key", ["collection_id", "origin_id", "key"], unique=True)
        batch_op.create_index(batch_op.f("ix_documents_origin_id"), ["origin_id"], unique=False)

    op.create_table(
        "chunks",
        sa.Column("id", _NUMBERED, autoincrement=True, nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("page", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("n_tokens", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_chunks_collection_id_collections"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_chunks_document_id_documents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunks")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("chunks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_chunks_collection_id_document_id_place", ["collection_id", "document_id", "place"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_chunks_document_id"), ["document_id"], unique=False)

    op.create_table(
        "chunk_vectors",
        sa.Column("chunk_id", _NUMBERED, nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chunk_id"], ["chunks.id"], name=op.f("fk_chunk_vectors_chunk_id_chunks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chunk_id", name=op.f("pk_chunk_vectors")),
    )
    with op.batch_alter_table("chunk_vectors", schema=None) as batch_op:
        batch_op.create_index(
            "ix_chunk_vectors_collection_id_version", ["collection_id", "version", "chunk_id"], unique=False
        )

    _create_words()
    op.create_table(
        "vectors_ahead",
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_vectors_ahead_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", "fingerprint", "hash", name=op.f("pk_vectors_ahead")),
    )

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("session_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("first_event_seconds", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("n_input_tokens", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("n_output_tokens", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("cost_usd", sa.Double(), nullable=True))
        batch_op.create_index(batch_op.f("ix_calls_session_id"), ["session_id"], unique=False)


def _create_words() -> None:
    lexemes = postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite")
    op.create_table(
        "chunk_words",
        sa.Column("chunk_id", _NUMBERED, nullable=False),
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("shelf", sa.String(length=16), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("bare", sa.Text(), nullable=False),
        sa.Column("n_words", sa.BigInteger(), nullable=False),
        sa.Column("lexemes", lexemes, nullable=True),
        sa.ForeignKeyConstraint(
            ["chunk_id"], ["chunks.id"], name=op.f("fk_chunk_words_chunk_id_chunks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chunk_id", name=op.f("pk_chunk_words")),
    )
    op.create_index(op.f("ix_chunk_words_collection_id"), "chunk_words", ["collection_id"], unique=False)
    op.create_table(
        "word_counts",
        sa.Column("collection_id", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=130), nullable=False),
        sa.Column("n_chunks", sa.BigInteger(), nullable=False),
        sa.Column("n_words", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_word_counts_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", "word", name=op.f("pk_word_counts")),
    )
    op.create_index(
        "ix_chunk_words_lexemes",
        "chunk_words",
        ["lexemes"],
        postgresql_using="gin",
        sqlite_where=sa.text("lexemes IS NOT NULL"),
    )
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(_FTS)
    columns = ("head", "body", "bare")
    spelled = {row: ", ".join(_SPELLED.format(f"{row}.{name}", row) for name in columns) for row in ("old", "new")}
    for event, statements in _TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER chunk_words_{event} AFTER {event.upper()} ON chunk_words "
            f"BEGIN {statements.format(**spelled)} END"
        )


def _drop_words() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in _TRIGGERS:
            op.execute(f"DROP TRIGGER chunk_words_{event}")
        op.execute("DROP TABLE chunk_words_fts")
    op.drop_table("word_counts")
    op.drop_table("chunk_words")


def downgrade() -> None:
    """Remove it again."""
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calls_session_id"))
        batch_op.drop_column("cost_usd")
        batch_op.drop_column("n_output_tokens")
        batch_op.drop_column("n_input_tokens")
        batch_op.drop_column("first_event_seconds")
        batch_op.drop_column("session_id")

    op.drop_table("vectors_ahead")
    _drop_words()
    with op.batch_alter_table("chunk_vectors", schema=None) as batch_op:
        batch_op.drop_index("ix_chunk_vectors_collection_id_version")

    op.drop_table("chunk_vectors")
    with op.batch_alter_table("chunks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chunks_document_id"))
        batch_op.drop_index("ix_chunks_collection_id_document_id_place")

    op.drop_table("chunks")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_origin_id"))
        batch_op.drop_index("ix_documents_collection_id_key")

    op.drop_table("documents")
    with op.batch_alter_table("test_questions", schema=None) as batch_op:
        batch_op.drop_index("ix_test_questions_collection_id_id")

    op.drop_table("test_questions")
    with op.batch_alter_table("question_sets", schema=None) as batch_op:
        batch_op.drop_index("ix_question_sets_collection_id_id")

    op.drop_table("question_sets")
    op.drop_table("question_groupings")
    with op.batch_alter_table("quality_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_quality_runs_collection_id_id")

    op.drop_table("quality_runs")
    with op.batch_alter_table("page_variants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_variants_collection_id"))

    op.drop_table("page_variants")
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_versions_collection_id"))

    op.drop_table("document_versions")
    with op.batch_alter_table("document_origins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_origins_collection_id"))

    op.drop_table("document_origins")
    with op.batch_alter_table("browser_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_browser_keys_endpoint_id"))

    op.drop_table("browser_keys")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_endpoint_id"))

    op.drop_table("feedback")
    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.drop_index("ix_collections_owner_id_id")
        batch_op.drop_index(batch_op.f("ix_collections_endpoint_id"))

    op.drop_table("collections")
    with op.batch_alter_table("chat_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_sessions_reader"))
        batch_op.drop_index(batch_op.f("ix_chat_sessions_expires_at"))
        batch_op.drop_index("ix_chat_sessions_endpoint_id_id")

    op.drop_table("chat_sessions")
    with op.batch_alter_table("llms", schema=None) as batch_op:
        batch_op.drop_index("ix_llms_owner_id_id")

    op.drop_table("llms")
    op.drop_table("llm_spending")
    op.drop_table("llm_budgets")
