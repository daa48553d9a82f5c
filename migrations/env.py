"""Alembic's environment: one linear history, the same on SQLite and PostgreSQL."""

from alembic import context
from sqlalchemy import create_engine, text

from modelyard.kernel.db import Base
from modelyard.kernel.migrate import LOCK_NUMBER
from modelyard.kernel.rows import know_all_rows


def run() -> None:
    know_all_rows()
    engine = create_engine(context.config.get_main_option("sqlalchemy.url", ""))
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})"))
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            compare_type=True,
            include_name=lambda name, *_: not str(name).startswith("chunk_words_fts"),
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
