"""Where a dataset's bytes are: local copies to read from, and artifacts that nothing needs any more."""

import time
from collections.abc import Iterable
from pathlib import Path

import structlog
from sqlalchemy import event, or_, select
from sqlalchemy.orm import Session

from modelyard.data.tables import Dataset
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.context import Context
from modelyard.kernel.errors import ModelyardError
from modelyard.kernel.settings import Settings

log = structlog.get_logger()

COPIES_BYTES = 4 * 1024**3
"""How many bytes of local copies are kept for paging through rows."""
_IN_USE_SECONDS = 600


def local_copy(artifacts: ArtifactStore, settings: Settings, digest: str) -> Path:
    """Return a local file with the artifact's bytes, verified when it was fetched and kept for the next page."""
    folder = settings.scratch / "copies"
    path = folder / digest
    if not path.is_file():
        _make_room(folder)
        return artifacts.fetch(digest, folder)
    path.touch()
    return path


def _make_room(folder: Path) -> None:
    if not folder.is_dir():
        return
    oldest_first = sorted(((file.stat().st_mtime, file) for file in folder.iterdir()), key=lambda item: item[0])
    total = sum(file.stat().st_size for _, file in oldest_first)
    for used_at, file in oldest_first:
        if total <= COPIES_BYTES or time.time() - used_at < _IN_USE_SECONDS:
            return
        total -= file.stat().st_size
        file.unlink(missing_ok=True)


def is_referenced(session: Session, digest: str, *, except_for: str) -> bool:
    """Say whether a dataset other than `except_for`, of whatever owner, needs these bytes."""
    needs_upload = (Dataset.upload_hash == digest) & (Dataset.state != "ready")
    holds = or_(needs_upload, Dataset.content_hash == digest, Dataset.profile_hash == digest)
    return session.scalar(select(Dataset.id).where(holds, Dataset.id != except_for).limit(1)) is not None


def forget_after_commit(ctx: Context, digests: Iterable[str | None], *, of: str) -> None:
    """Delete those artifacts that no dataset but `of` refers to, once the transaction is committed."""
    doomed = {digest for digest in digests if digest and not is_referenced(ctx.session, digest, except_for=of)}
    artifacts, copies = ctx.artifacts, ctx.settings.scratch / "copies"

    @event.listens_for(ctx.session, "after_commit", once=True)
    def forget(_session: Session) -> None:
        for digest in doomed:
            (copies / digest).unlink(missing_ok=True)
            try:
                artifacts.delete(digest)
            except (ModelyardError, OSError) as error:
                # The rows are gone already: what is left is unreachable bytes, not a wrong answer.
                log.warning("artifact not deleted", hash=digest, error=str(error))
