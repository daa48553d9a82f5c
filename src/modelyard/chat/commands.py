"""Commands of collections."""

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Column, Table

from modelyard.access.terminal import local_yard
from modelyard.chat import adding, deletion, documents, verbs
from modelyard.chat.asking import measuring, searching
from modelyard.chat.quality.falling import fallen_by_collection
from modelyard.chat.schemas import CollectionOut, DocumentOut, OriginOut
from modelyard.chat.tables import Collection, DocumentState
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.errors import NotFound, Refused
from modelyard.kernel.yard import Yard
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run

collection = typer.Typer(help="Collections of documents.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="COLLECTION", help="Its id or name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    searching.add_to(collection)
    measuring.add_to(collection)
    app.add_typer(collection, name="collection")


@collection.command("add")
def add(
    name: Annotated[str, typer.Argument(help="The collection; made when there is none of that name.")],
    where: Annotated[str, typer.Argument(metavar="PATH_OR_URL", help="A file, a ZIP, a folder, or a site's address.")],
    site_url: Annotated[str | None, typer.Option(help="Where the documents are published.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add documents to a collection and index them.

    A folder and a site are looked at again by each `modelyard collection sync`; only what changed is embedded. A file
    or ZIP is kept: added again under the same name, it takes the place of the one before.
    """
    with local_yard() as (yard, owner):
        with yard.context(owner) as ctx:
            row = _found_or_made(ctx, name, site_url)
            _add_place(ctx, row.id, where)
        _synced(yard, owner, row.id)
        _print(yard, owner, row.id, as_json=as_json)


@collection.command("list")
def show_all(as_json: AsJson = False) -> None:
    """List collections, newest first."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        found = verbs.list_collections(ctx, limit=200)
        if as_json:
            for row in found:
                typer.echo(json.dumps(_document(ctx, row)))
            return
        listed = Table(Column("id", no_wrap=True), "name", "state", "documents", "chunks", "words indexed", box=None)
        for row in found:
            counts = (f"{row.n_documents:,}", f"{row.n_chunks:,}", _share(row.n_words_indexed, row.n_words))
            listed.add_row(row.id, escape(row.name), row.state, *counts)
    Console().print(listed)


@collection.command("show")
def show(named: Named, as_json: AsJson = False) -> None:
    """Show one collection: what is indexed, where it comes from, what was left out and why."""
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            row = verbs.find_collection(ctx, named)
        _print(yard, owner, row.id, as_json=as_json)


@collection.command("sync")
def sync(
    named: Named,
    anew: Annotated[bool, typer.Option("--anew", help="Embed everything again, also what did not change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at the origins again and index what changed."""
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            row = verbs.find_collection(ctx, named)
        _synced(yard, owner, row.id, anew=anew)
        _print(yard, owner, row.id, as_json=as_json)


@collection.command("documents")
def show_documents(
    named: Named,
    search: Annotated[str, typer.Option(help="Only documents whose title or key holds this.")] = "",
    state: Annotated[str | None, typer.Option(help="Only those: waiting, indexed or failed.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, by key.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print one document a line as JSON.")] = False,
) -> None:
    """List the documents of a collection, and why one is not indexed."""
    wanted = _state(state)
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        row = verbs.find_collection(ctx, named)
        found = documents.list_documents(ctx, row.id, search=search, state=wanted, limit=limit)
    if as_json:
        for document in found:
            typer.echo(DocumentOut.model_validate(document).model_dump_json())
        return
    listed = Table(
        Column("id", no_wrap=True),
        Column("key", overflow="fold"),
        "title",
        "state",
        "chunks",
        "words indexed",
        box=None,
    )
    for document in found:
        words = _share(document.n_words_indexed, document.n_words)
        told = document.state if document.error is None else f"{document.state}: {document.error['message']}"
        listed.add_row(
            document.id, escape(document.key), escape(document.title), escape(told), f"{document.n_chunks:,}", words
        )
    Console().print(listed)


@collection.command("remove")
def remove(
    named: Named,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    leave_index: Annotated[bool, typer.Option("--leave-index", help="Also when its index cannot be reached.")] = False,
) -> None:
    """Remove a collection with its documents, index, endpoint and the questions that were asked."""
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            row = verbs.find_collection(ctx, named)
            goes = deletion.dependents_of(ctx, row.id)
        if not yes:
            told = f"{goes['n_documents']:,} documents and {goes['n_calls']:,} questions with their answers"
            typer.confirm(f"Remove {row.name!r} with {told}?", abort=True)
        with yard.context(owner) as ctx:
            deletion.delete_collection(ctx, row.id, leave_index=leave_index)
    typer.echo(f"Removed {row.name}.")


def _found_or_made(ctx: Context, name: str, site_url: str | None) -> Collection:
    try:
        found = verbs.find_collection(ctx, name)
    except NotFound:
        return verbs.create_collection(ctx, name, site_url=site_url)
    return found if site_url is None else verbs.change_collection(ctx, found.id, site_url=site_url)


def _add_place(ctx: Context, collection_id: str, where: str) -> None:
    """Add what a person wrote: a site's address, a folder, or a file that is kept."""
    if where.startswith(("http://", "https://")):
        adding.add_origin(ctx, collection_id, {"kind": "site", "url": where})
        return
    path = Path(where).expanduser()
    if path.is_dir():
        adding.add_origin(ctx, collection_id, {"kind": "folder", "path": str(path.resolve())})
    elif path.is_file():
        adding.add_upload(ctx, collection_id, path, filename=path.name)
    else:
        raise typer.BadParameter(f"There is no file or folder {where!r}.", param_hint="PATH_OR_URL")


def _synced(yard: Yard, owner: Actor, collection_id: str, *, anew: bool = False) -> None:
    """Sync and wait, also for a sync that runs already; raise what it ended with."""
    with yard.context(owner) as ctx:
        run_id = verbs.sync_collection(ctx, collection_id, anew=anew).id
    with ExitStack() as stack:
        is_seen = sys.stderr.isatty()
        bar = stack.enter_context(Progress(transient=True, console=Console(stderr=True))) if is_seen else None
        task = bar.add_task("Syncing", total=1.0) if bar else None

        def show_progress(kind: str, event: dict[str, Any]) -> None:
            if bar is not None and task is not None and kind == "progress":
                bar.update(task, completed=event["fraction"], description=event["message"])

        run: Run | None = None
        while run is None or run.id != run_id:
            run = drive(yard, run_id, show_progress)
            with yard.context(owner, writes=False) as ctx:
                run_id = verbs.get_collection(ctx, collection_id).run_id or run.id
    if run.state != "succeeded":
        error = run.error or {}
        raise Refused(error.get("message") or f"The sync was {run.state}.", hint=error.get("hint"))


def _document(ctx: Context, row: Collection) -> dict[str, Any]:
    llms, n_failed = verbs.named_llms(ctx, [row]), documents.count_failed(ctx, [row])
    fell = fallen_by_collection(ctx, [row]).get(row.id, ())
    return CollectionOut.of(row, llms, n_failed=n_failed.get(row.id, 0), got_worse=fell).model_dump(mode="json")


def _print(yard: Yard, owner: Actor, collection_id: str, *, as_json: bool) -> None:
    with yard.context(owner, writes=False) as ctx:
        row = verbs.get_collection(ctx, collection_id)
        shown, origins = _document(ctx, row), documents.list_origins(ctx, collection_id)
    reports = [OriginOut.of(origin).model_dump(mode="json") for origin in origins]
    if as_json:
        typer.echo(json.dumps({**shown, "origins": reports}))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{row.id}  {row.name}", markup=False)
    words = f"{_share(row.n_words_indexed, row.n_words)} of {row.n_words:,} words indexed"
    console.print(f"{row.state} · documents: {row.n_documents:,} · chunks: {row.n_chunks:,} · {words}", markup=False)
    for report in reports:
        _print_origin(console, report)
    for fell in shown["got_worse"]:
        lost = f"{-fell['difference']:.2f} lower (95 %: {-fell['high']:.2f} to {-fell['low']:.2f})"
        console.print(f"got worse: {fell['figure']} is {lost} since version {fell['collection_version']}", markup=False)
    if row.error:
        console.print(f"error: {row.error['message']}", markup=False)


def _print_origin(console: Console, origin: dict[str, Any]) -> None:
    found = origin["report"]
    if found is None:
        console.print(f"{origin['kind']} {origin['name']}: not synced yet", markup=False)
        return
    names = ("found", "new", "changed", "unchanged", "removed", "failed", "left_out")
    counts = ", ".join(f"{found[f'n_{name}']:,} {name.replace('_', ' ')}" for name in names if found[f"n_{name}"])
    console.print(f"{origin['kind']} {origin['name']}: {counts or 'nothing found'}", markup=False)
    for each in [*found["failed"], *found["left_out"]]:
        console.print(f"  {each['key']}: {each['reason']}", markup=False)
    if found["error"]:
        console.print(f"  error: {found['error']['message']}", markup=False)


def _state(given: str | None) -> DocumentState | None:
    if given is None or given in get_args(DocumentState):
        return cast("DocumentState | None", given)
    raise typer.BadParameter(f"It is one of {', '.join(get_args(DocumentState))}.", param_hint="--state")


def _share(n: int, of: int) -> str:
    return f"{n / of:.1%}" if of else "–"
