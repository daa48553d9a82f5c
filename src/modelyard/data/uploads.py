"""An upload on its way in: written to scratch while it is counted, and gone again unless it is kept."""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from modelyard.data.errors import DatasetTooLarge
from modelyard.kernel.artifacts import storage_errors
from modelyard.kernel.errors import TooLarge
from modelyard.kernel.settings import Settings

_CHECK_DISK_EVERY_BYTES = 16 * 1024**2


class Staging:
    """A scratch file that grows with each `write` and is removed at the end of the `with` block.

    `too_large` is what is raised over a limit: it says what to do with what is uploaded.
    """

    def __init__(
        self, settings: Settings, *, expected_bytes: int | None = None, too_large: type[TooLarge] = DatasetTooLarge
    ) -> None:
        self._settings = settings
        self._too_large = too_large
        self._checked_at = 0
        self.size_bytes = 0
        settings.scratch.mkdir(parents=True, exist_ok=True)
        self._check_limit(expected_bytes or 0)
        self._check_disk(expected_bytes or 0)
        with storage_errors():
            self._file = tempfile.NamedTemporaryFile(dir=settings.scratch, prefix="upload-", delete=False)  # noqa: SIM115
        self.path = Path(self._file.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        except OSError:
            # Closing flushes, which fails again on a full disk; the file goes away below in any case.
            if kind is None:
                raise
        finally:
            self.path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Add bytes; raise `too_large` before a limit is passed, StorageFull when the disk is full all the same."""
        self._check_limit(self.size_bytes + len(chunk))
        if self.size_bytes + len(chunk) - self._checked_at >= _CHECK_DISK_EVERY_BYTES:
            self._check_disk(len(chunk))
            self._checked_at = self.size_bytes
        with storage_errors():
            self._file.write(chunk)
        self.size_bytes += len(chunk)

    def finish(self) -> Path:
        """Flush and return the file's path; it lives until the `with` block ends."""
        with storage_errors():
            self._file.flush()
        return self.path

    def _check_limit(self, size_bytes: int) -> None:
        limit = self._settings.max_upload_bytes
        if size_bytes > limit:
            raise self._too_large(
                f"The file is larger than the limit of {limit.human_readable()} (MODELYARD_MAX_UPLOAD_BYTES)."
            )

    def _check_disk(self, more_bytes: int) -> None:
        free = shutil.disk_usage(self._settings.scratch).free
        if free - more_bytes < self._settings.min_free_bytes:
            raise self._too_large(
                "The server's disk has too little space left for this file.",
                hint="Upload a smaller file, free disk space, or point MODELYARD_DATA to a larger disk.",
            )
