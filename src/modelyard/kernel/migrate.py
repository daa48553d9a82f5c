"""Migrations: bring the database to the schema of this code."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Engine, inspect, text

import modelyard
from modelyard.kernel.db import make_engine, translated_database_errors
from modelyard.kernel.errors import Refused, Unavailable
from modelyard.kernel.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger()
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 8.0

LOCK_NUMBER = 7860_2026
"""PostgreSQL advisory lock: two servers that start together must not migrate together."""


def migrations_folder() -> Path:
    """Return where the migrations are: inside the installed package, or at the top of the source tree."""
    package = Path(modelyard.__file__).parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parents[1] / "migrations"


def alembic_config(url: str) -> "Config":
    """Return Alembic's configuration for a database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def head() -> str:
    """Return the revision that this code needs: the one file that no other builds upon.

    Read from the files' text, because importing Alembic takes a third of a whole start.
    """
    texts = [path.read_text() for path in (migrations_folder() / "versions").glob("*.py")]
    named = {name for text in texts for name in re.findall(r'^revision = "(\w+)"', text, re.MULTILINE)}
    built_upon = {name for text in texts for name in re.findall(r'^down_revision = "(\w+)"', text, re.MULTILINE)}
    (revision,) = named - built_upon
    return str(revision)


def upgrade(settings: Settings, *, patience_seconds: float = 0) -> None:
    """Apply all migrations that are missing; safe to call from several processes at once.

    A database that is out of reach is waited for, with growing pauses, for as long as `patience_seconds`.
    """
    if _is_at_head_once_awake(settings, patience_seconds):
        return
    from alembic import command
    from alembic.util import CommandError

    try:
        with translated_database_errors():
            command.upgrade(alembic_config(settings.resolved_database_url), "head")
    except CommandError as error:
        raise Refused(
            f"The database cannot be brought to the schema of this version: {error}.",
            hint="It may have been used with a newer version of Modelyard: start that one, or restore a backup.",
        ) from error


def _is_at_head_once_awake(settings: Settings, patience_seconds: float) -> bool:
    until, pause = time.monotonic() + patience_seconds, FIRST_PAUSE_SECONDS
    while True:
        try:
            return _is_at_head(settings)
        except Unavailable as error:
            left = until - time.monotonic()
            if left <= 0:
                raise
            log.warning("waiting for the database", reason=error.message, seconds_left=round(left))
            time.sleep(min(pause, left))
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _is_at_head(settings: Settings) -> bool:
    engine = make_engine(settings)
    try:
        with translated_database_errors():
            return current(engine) == head()
    finally:
        engine.dispose()


def current(engine: Engine) -> str | None:
    """Return the database's revision, or None when it is empty."""
    with engine.execution_options(modelyard_writer=False).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return revision
