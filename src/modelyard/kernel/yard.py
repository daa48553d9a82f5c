"""The yard: what a process holds while it lives — settings, database, artifacts, clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.clock import Clock, utc_now
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.db import make_engine, make_sessions, translated_database_errors
from modelyard.kernel.sealing import secret_key_of
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
        return secret_key_of(self.settings)

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()
