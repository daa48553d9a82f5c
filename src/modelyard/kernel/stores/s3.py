"""Artifacts in an S3-compatible object store, through obstore (extra `s3`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from modelyard.kernel.artifacts import missing
from modelyard.kernel.errors import Refused, Unavailable

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

        with _errors(), path.open("rb") as file:
            obstore.put(self._store, digest, file)

    def copy_to(self, digest: str, target: IO[bytes]) -> None:
        """Stream the object to `target`."""
        import obstore

        try:
            with _errors():
                for content in obstore.get(self._store, digest).stream():
                    target.write(bytes(content))
        except FileNotFoundError:
            raise missing(digest) from None

    def exists(self, digest: str) -> bool:
        """Ask for the object's head."""
        return self.size(digest) is not None

    def size(self, digest: str) -> int | None:
        """Return what the object's head says."""
        import obstore

        try:
            with _errors():
                return int(obstore.head(self._store, digest)["size"])
        except FileNotFoundError:
            return None

    def delete(self, digest: str) -> None:
        """Remove the object."""
        import obstore

        if self.exists(digest):
            with _errors():
                obstore.delete(self._store, digest)

    def probe(self) -> None:
        """Write an empty object; a key that may only read is not enough."""
        import obstore

        with _errors():
            obstore.put(self._store, ".probe", b"")


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what the service says into a domain error; that there is no such object passes."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise
    except BaseError as error:
        raise Unavailable(
            f"The artifact store does not answer as it should ({type(error).__name__}).",
            hint="Check MODELYARD_S3_URL, MODELYARD_S3_ENDPOINT and the AWS_ variables, then try again.",
        ) from error
