"""All documents of an origin, one after the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

from modelyard.chat.origins.archives import in_zip
from modelyard.chat.origins.folders import in_folder
from modelyard.chat.origins.found import Found, LeftOut, Say, file_found
from modelyard.chat.origins.origin import FileOrigin, FolderOrigin, Origin, SiteOrigin, ZipOrigin
from modelyard.chat.origins.published import Publication, with_addresses
from modelyard.kernel.settings import Settings


def documents_of(
    origin: Origin,
    *,
    upload: Path | None,
    settings: Settings,
    scratch: Path,
    say: Say,
    site_url: str | None = None,
) -> Iterator[Found | LeftOut]:
    """Yield the documents of an origin and what is left out of it.

    `upload` is the file that was uploaded; `scratch` takes files that the documents are in, until they are read;
    `site_url` is where the documents are published. Raises what keeps the whole origin from being read: then nothing
    is known of what it holds.
    """
    match origin:
        case FileOrigin():
            assert upload is not None
            say(f"Looking at {origin.filename}", 0.0)
            yield from with_addresses([file_found(origin.filename, upload)], Publication.of(site_url, None))
        case ZipOrigin():
            assert upload is not None
            unpacked = scratch / "unpacked"
            left_out = list(in_zip(upload, unpacked, settings=settings, say=say))
            yield from left_out
            yield from in_folder(unpacked, site_url=site_url, settings=settings, say=say)
        case FolderOrigin():
            yield from in_folder(Path(origin.path), site_url=site_url, settings=settings, say=say)
        case SiteOrigin():
            # Brings an HTTP client along.
            from modelyard.chat.origins.sites import on_site

            yield from on_site(origin.url, settings=settings, scratch=scratch, say=say)
        case _:
            assert_never(origin)
