"""The Loader family: each reads the files of one format."""

from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar

from modelyard.chat.parsed import ParsedDocument
from modelyard.kernel.kinds import Kind


class Loader(Kind):
    """Base of the loaders. Whatever is in a file is data: nothing of it is run, fetched or followed."""

    extensions: ClassVar[tuple[str, ...]] = ()
    """Lower case, with the dot."""
    media_types: ClassVar[tuple[str, ...]] = ()

    def read(self, file: BinaryIO, path: PurePosixPath) -> ParsedDocument:
        """Return the document; raise UnreadableDocument (chat.errors) with what to do."""
        raise NotImplementedError
