"""Which store the settings name."""

from sqlalchemy.orm import Session, sessionmaker

from modelyard.kernel.artifacts import ArtifactStore, Store
from modelyard.kernel.errors import Refused
from modelyard.kernel.settings import Settings


def open_store(settings: Settings, sessions: sessionmaker[Session], readers: sessionmaker[Session]) -> ArtifactStore:
    """Open the store that the settings name."""
    return ArtifactStore(_backing_store(settings, sessions, readers), settings.scratch)


def _backing_store(settings: Settings, sessions: sessionmaker[Session], readers: sessionmaker[Session]) -> Store:
    if settings.artifact_store == "local":
        from modelyard.kernel.stores.local import LocalStore

        return LocalStore(settings.data / "artifacts")
    if settings.artifact_store == "database":
        from modelyard.kernel.stores.database import DatabaseStore

        return DatabaseStore(sessions, readers)
    if not settings.s3_url:
        raise Refused(
            "The artifact store is `s3` but no bucket is named.", hint="Set MODELYARD_S3_URL, e.g. s3://bucket/prefix."
        )
    from modelyard.kernel.stores.s3 import S3Store

    return S3Store(settings.s3_url, endpoint=settings.s3_endpoint)
