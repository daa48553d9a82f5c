"""The yard: what a process holds while it lives — settings, database, artifacts, clock."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.clock import Clock, utc_now
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.db import make_engine, make_sessions, translated_database_errors
from modelyard.kernel.settings import Settings
from modelyard.kernel.stores.opening import open_store


@dataclass(frozen=True)
class Yard:
    """One process's hold on the yard."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    artifacts: ArtifactStore
    clock: Clock = utc_now

    @classmethod
    def open(cls, settings: Settings) -> "Yard":
        """Open the database and the artifact store that the settings name; no migration is made here."""
        engine = make_engine(settings)
        sessions, readers = make_sessions(engine), make_sessions(engine, writes=False)
        return cls(settings, engine, sessions, readers, artifacts=open_store(settings, sessions, readers))

    def at(self, clock: Clock) -> "Yard":
        """Return the same yard with another clock."""
        return replace(self, clock=clock)

    @contextmanager
    def context(self, actor: Actor, *, writes: bool = True) -> Iterator[Context]:
        """Yield a Context for `actor`; commit at the end, roll back on an error."""
        sessions = self.sessions if writes else self.readers
        with translated_database_errors(), sessions() as session, session.begin():
            yield Context(actor, session, self.settings, self.artifacts, self.clock)

    @cached_property
    def secret_key(self) -> bytes:
        """The signing key: from the settings, else made once in the data folder, readable by its owner only."""
        given = self.settings.secret_key.get_secret_value()
        if given:
            return given.encode()
        path = self.settings.data / "secret.key"
        if not path.exists():
            _make_secret(path)
        return path.read_bytes()

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()


def _make_secret(path: Path) -> None:
    """Write a key that is whole from the moment it has its name; of two processes at once the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(48))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
