"""An origin as a sync looks through it: frozen from its row, with what went wrong on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from modelyard.chat.errors import FoldersNotAllowed
from modelyard.chat.origins.documents import documents_of
from modelyard.chat.origins.found import Found, LeftOut
from modelyard.chat.origins.origin import FolderOrigin, Origin, origin_of
from modelyard.chat.tables import DocumentOrigin
from modelyard.kernel.errors import ModelyardError
from modelyard.runs.job import JobContext


@dataclass
class Listing:
    """What one origin holds. `error` says why it could not be looked through to its end."""

    id: str
    name: str
    origin: Origin
    upload_hash: str | None
    site_url: str | None
    error: ModelyardError | None = field(default=None, init=False)

    def items(self, ctx: JobContext, say: Callable[[str, float], None]) -> Iterator[Found | LeftOut]:
        """Yield what is there until the end, or until `error`."""
        try:
            if isinstance(self.origin, FolderOrigin) and not ctx.settings.allows_folders:
                raise FoldersNotAllowed("This server reads no folders of its own.")
            scratch = ctx.scratch / self.id  # two archives may hold files of one name
            scratch.mkdir()
            upload = None if self.upload_hash is None else ctx.artifacts.fetch(self.upload_hash, scratch)
            listed = documents_of(
                self.origin, upload=upload, settings=ctx.settings, scratch=scratch, say=say, site_url=self.site_url
            )
            yield from map(_storable, listed)
        except ModelyardError as error:
            self.error = error


def listing_of(row: DocumentOrigin, site_url: str | None) -> Listing:
    """Return the listing of an origin; documents are published at `site_url`."""
    return Listing(row.id, row.name, origin_of(row.origin), row.upload_hash, site_url)


def _storable(item: Found | LeftOut) -> Found | LeftOut:
    """Return what a database can hold: names of files are bytes, and need be no text."""
    readable = item.key.encode(errors="replace").decode().replace("\0", "?")
    if readable == item.key:
        return item
    if isinstance(item, LeftOut):
        return replace(item, key=readable)
    return LeftOut(readable, "Its name is no text in UTF-8.", "Give the file another name.")
