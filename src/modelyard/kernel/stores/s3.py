"""Artifacts in an S3-compatible object store, through obstore (extra `s3`)."""

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from modelyard.kernel.artifacts import missing
from modelyard.kernel.errors import Refused

if TYPE_CHECKING:
    from obstore.store import ObjectStore


class S3Store:
    """Objects named by their hash below a prefix; credentials come from the AWS_ environment variables."""

    def __init__(self, url: str, *, endpoint: str = "") -> None:
        try:
            from obstore.store import from_url
        except ImportError as error:
            raise Refused("The S3 store is not installed.", hint="pip install modelyard[s3]") from error
        options: dict[str, Any] = (
            {"endpoint": endpoint, "client_options": {"allow_http": endpoint.startswith("http://")}} if endpoint else {}
        )
        self._store: ObjectStore = from_url(url, **options)

    def write(self, digest: str, path: Path) -> None:
        """Upload the file, in parts when it is large."""
        import obstore

        with path.open("rb") as file:
            obstore.put(self._store, digest, file)

    def copy_to(self, digest: str, target: IO[bytes]) -> None:
        """Stream the object to `target`."""
        import obstore

        try:
            for content in obstore.get(self._store, digest).stream():
                target.write(bytes(content))
        except FileNotFoundError:
            raise missing(digest) from None

    def exists(self, digest: str) -> bool:
        """Ask for the object's head."""
        import obstore

        try:
            obstore.head(self._store, digest)
        except FileNotFoundError:
            return False
        return True

    def delete(self, digest: str) -> None:
        """Remove the object."""
        import obstore

        if self.exists(digest):
            obstore.delete(self._store, digest)

    def probe(self) -> None:
        """List one page."""
        import obstore

        next(iter(obstore.list(self._store, chunk_size=1)), None)
