"""Adding documents to a collection: uploads, folders, sites; and taking them out again."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import select

from modelyard.chat.documents import get_origin
from modelyard.chat.errors import FoldersNotAllowed
from modelyard.chat.index import Index
from modelyard.chat.origins.origin import FileOrigin, FolderOrigin, Origin, SiteOrigin, ZipOrigin, origin_of
from modelyard.chat.ownership import visible_collections
from modelyard.chat.samples import SAMPLE, SAMPLE_FILE, SAMPLE_NAME, write_sample
from modelyard.chat.syncing.edition import edition_of
from modelyard.chat.tables import Collection, Document, DocumentOrigin
from modelyard.chat.verbs import create_collection, locked, sync_collection
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.holding import forget_after_commit
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family

MAX_FILENAME_LENGTH = 255


def add_upload(ctx: Context, collection_id: str, path: Path, *, filename: str) -> DocumentOrigin:
    """Keep a local file, or a ZIP of files, for the collection's next sync; it replaces the one of the same name."""
    ctx.require("collections:write")
    collection = locked(ctx, collection_id)
    name = _clean_filename(filename)
    if path.stat().st_size == 0:
        raise Invalid(f"{name} is empty.", fields=[FieldError(("filename",), "The file is empty.")])
    origin = ZipOrigin(filename=name) if name.lower().endswith(".zip") else FileOrigin(filename=name)
    blob = ctx.artifacts.put_file(path)
    row = _same(ctx, collection, origin)
    if row is None:
        return _add(ctx, collection, origin, name=name, upload_hash=blob.hash)
    before, row.upload_hash = row.upload_hash, blob.hash
    if before != blob.hash:
        forget_after_commit(ctx, [before])
    return row


def add_origin(ctx: Context, collection_id: str, document: Mapping[str, Any]) -> DocumentOrigin:
    """Add a folder of this server or a site; one that is there already is returned as it is.

    Raises FoldersNotAllowed where folders of the server are not read, and Invalid with the paths of what is wrong, such
    as a folder that is not there.
    """
    ctx.require("collections:write")
    collection = locked(ctx, collection_id)
    origin = origin_of(document)
    if not isinstance(origin, FolderOrigin | SiteOrigin):
        message = "Files are uploaded; only folders and sites are added by what they are called."
        raise Invalid(message, fields=[FieldError(("kind",), message)])
    if isinstance(origin, FolderOrigin) and not ctx.settings.allows_folders:
        raise FoldersNotAllowed("This server reads no folders of its own.")
    if isinstance(origin, FolderOrigin) and not Path(origin.path).is_dir():
        message = f"There is no folder {origin.path!r} on the server. Write its whole path, such as /srv/docs."
        raise Invalid(message, fields=[FieldError(("folder", "path"), message)])
    return _same(ctx, collection, origin) or _add(ctx, collection, origin, name=origin.name, upload_hash=None)


def remove_origin(ctx: Context, collection_id: str, origin_id: str) -> None:
    """Remove an origin with its documents, at once; texts that answers cited stay until the collection goes."""
    ctx.require("collections:write")
    collection = locked(ctx, collection_id)
    row = get_origin(ctx, collection.id, origin_id)
    index: Index = family("index").parse(collection.index)
    ids = ctx.session.scalars(select(Document.id).where(Document.origin_id == row.id)).all()
    upload_hash = row.upload_hash
    with edition_of(ctx.session, ctx.settings, collection, index, ctx.clock()) as edition:
        edition.remove(ids)
        ctx.session.delete(row)
    if not collection.n_documents and collection.state == "ready":
        collection.state = "empty"
    forget_after_commit(ctx, [upload_hash])


def add_sample(ctx: Context) -> Collection:
    """Return the actor's collection of this product's guides; it is made and synced when there is none."""
    ctx.require("collections:write")
    copies = visible_collections(ctx).where(Collection.sample == SAMPLE)
    found = ctx.session.scalars(copies.order_by(Collection.id.desc()).limit(1)).first()
    if found is not None:
        return found
    collection = create_collection(ctx, SAMPLE_NAME, sample=SAMPLE)
    with ctx.artifacts.scratch_file(".zip") as path:
        write_sample(path)
        add_upload(ctx, collection.id, path, filename=SAMPLE_FILE)
    sync_collection(ctx, collection.id)
    return collection


def _same(ctx: Context, collection: Collection, origin: Origin) -> DocumentOrigin | None:
    rows = ctx.session.scalars(select(DocumentOrigin).where(DocumentOrigin.collection_id == collection.id))
    document = origin.model_dump(mode="json")
    return next((row for row in rows if row.origin == document), None)


def _add(ctx: Context, collection: Collection, origin: Origin, *, name: str, upload_hash: str | None) -> DocumentOrigin:
    row = DocumentOrigin(
        id=new_id("og"),
        collection_id=collection.id,
        origin=origin.model_dump(mode="json"),
        name=name,
        upload_hash=upload_hash,
        added_at=ctx.clock(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def _clean_filename(filename: str) -> str:
    """Return the last part of a file's name, without what no file system has."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    cleaned = "".join(character for character in name if character.isprintable()).strip()[-MAX_FILENAME_LENGTH:]
    if not cleaned or cleaned in (".", ".."):
        raise Invalid("The file needs a name.", fields=[FieldError(("filename",), "The file needs a name.")])
    return cleaned
