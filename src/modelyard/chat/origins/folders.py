"""Documents of a folder: nothing that tools put there, and nothing outside of it."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from modelyard.chat.errors import UnreadableDocument
from modelyard.chat.origins.built import BuiltSite
from modelyard.chat.origins.choosing import Chooser, is_ignored
from modelyard.chat.origins.found import Found, LeftOut, Say, file_found
from modelyard.chat.origins.ignoring import Ignoring
from modelyard.chat.origins.published import Publication, with_addresses
from modelyard.kernel.settings import Settings

GENERATED = ("build", ".docusaurus", "static")
"""Folders of a Docusaurus project that hold its pages again, or no pages."""


def in_folder(folder: Path, *, site_url: str | None, settings: Settings, say: Say) -> Iterator[Found | LeftOut]:
    """Yield the documents of a folder in the order of their paths; raise UnreadableDocument when there is none such.

    A folder that is a site as it was built is read as its site map says; one that is a Docusaurus project gives its
    documents the addresses that they have there.
    """
    if not folder.is_dir():
        raise UnreadableDocument(
            f"There is no folder {str(folder)!r}.", hint="Write its whole path, such as /srv/docs."
        )
    say("Looking at the folder", 0.0)
    publication = Publication.of(site_url, folder)
    built = BuiltSite.of(folder, site_url)
    chooser, ignoring = Chooser(), Ignoring() if built is None else None
    n_found = 0
    for path, real in _files(folder, GENERATED if publication.is_docusaurus else (), ignoring):
        if built is not None and not built.has(path):
            continue
        left_out = chooser.left_out(path, real.stat().st_size)
        if isinstance(left_out, LeftOut):
            yield left_out
        if left_out:
            continue
        n_found += 1
        if n_found > settings.max_documents:
            limit = f"{settings.max_documents:,} documents (MODELYARD_MAX_DOCUMENTS)"
            yield LeftOut("…", f"The folder has more than {limit}; the rest was left out.", "Add its parts one by one.")
            break
        found = file_found(str(path), real, url=built.url_of(path) if built is not None else None)
        yield from [found] if built is not None else with_addresses([found], publication)
    yield from built.absent() if built is not None else ()
    yield from chooser.summary()
    yield from ignoring.summary() if ignoring is not None else ()


def _files(folder: Path, without: tuple[str, ...], ignoring: Ignoring | None) -> Iterator[tuple[PurePosixPath, Path]]:
    """Yield the files below a folder with their paths in it; links that lead out of it are not followed."""
    root = folder.resolve()
    for current, folders, names in os.walk(root):
        here = Path(current)
        relative = PurePosixPath(here.relative_to(root).as_posix())
        if ignoring is not None:
            ignoring.enter(here, relative)
        folders[:] = sorted(
            name
            for name in folders
            if not is_ignored(PurePosixPath(name))
            and not (here == root and name in without)
            and not (ignoring is not None and ignoring.has_folder(relative / name))
        )
        for name in sorted(names):
            real = here / name
            if is_ignored(PurePosixPath(name)) or (real.is_symlink() and not real.resolve().is_relative_to(root)):
                continue
            if real.is_file() and not (ignoring is not None and ignoring.has_file(relative / name)):
                yield relative / name, real
