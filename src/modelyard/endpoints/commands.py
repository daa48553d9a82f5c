"""Commands of endpoints: who may call them, from programs and from the pages of a site."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from modelyard.access.terminal import local_yard
from modelyard.endpoints import browser_keys, keys, verbs
from modelyard.endpoints.browser_key_schemas import BrowserKeyIn, BrowserKeyOut
from modelyard.endpoints.key_schemas import EndpointKeyIn, EndpointKeyOut, NewEndpointKeyOut
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.kinds import field_errors

endpoint = typer.Typer(help="Endpoints of models and collections, and their keys.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(metavar="ENDPOINT", help="Its id or name; that of its collection will do.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(endpoint, name="endpoint")


@endpoint.command("list")
def show_all(as_json: AsJson = False) -> None:
    """List endpoints, newest first."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        found = verbs.list_endpoints(ctx, limit=200)
    if as_json:
        for row in found:
            typer.echo(json.dumps({"id": row.id, "name": row.name, "kind": row.servable["kind"]}))
        return
    listed = Table(Column("id", no_wrap=True), "name", "serves", box=None)
    for row in found:
        listed.add_row(row.id, escape(row.name), row.servable["kind"])
    Console().print(listed)


@endpoint.command("keys")
def show_keys(named: Named, as_json: AsJson = False) -> None:
    """List the keys of an endpoint that are not revoked: those of programs, and those of the pages of a site."""
    with local_yard() as (yard, owner), yard.context(owner, writes=False) as ctx:
        endpoint_id = verbs.find_endpoint(ctx, named).id
        programs = [EndpointKeyOut.of(found) for found in keys.list_endpoint_keys(ctx, endpoint_id)]
        pages = [BrowserKeyOut.of(found) for found in browser_keys.list_browser_keys(ctx, endpoint_id)]
    if as_json:
        for kind, listed in (("program", programs), ("browser", pages)):
            for key in listed:
                typer.echo(json.dumps({"kind": kind, **key.model_dump(mode="json")}))
        return
    table = Table(Column("id", no_wrap=True), "for", "name", "may be used by", "used", "until", box=None)
    for each in programs:
        used = f"{each.n_calls_this_minute:,} calls this minute, {each.n_rows_today:,} rows today"
        table.add_row(each.id, "programs", escape(each.name), f"{each.prefix}…", used, _until(each.expires_at))
    for page in pages:
        used = f"{page.n_questions_today:,} of {page.questions_per_day:,} questions today"
        table.add_row(
            page.id, "pages", escape(page.name), escape(", ".join(page.origins)), used, _until(page.expires_at)
        )
    Console().print(table)


@endpoint.command("add-key")
def add_key(
    named: Named,
    name: Annotated[str, typer.Argument(help="Who or what uses it.")],
    calls_per_minute: Annotated[int, typer.Option(min=0, help="Most calls a minute; 0: any number.")] = 60,
    rows_per_day: Annotated[int, typer.Option(min=0, help="Most rows or questions a day; 0: any number.")] = 10_000,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it is valid; unless said, for good.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key that programs call an endpoint with. Its secret is shown this once."""
    body = EndpointKeyIn(
        name=name,
        calls_per_minute=calls_per_minute or None,
        rows_per_day=rows_per_day or None,
        expires_at=_expiry(days),
    )
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        made, secret = keys.create_endpoint_key(ctx, verbs.find_endpoint(ctx, named).id, **body.model_dump())
        key = NewEndpointKeyOut(**EndpointKeyOut.of(made).model_dump(), key=secret)
    typer.echo(key.model_dump_json() if as_json else f"{key.id}  {key.name}\n{secret}\nKeep it: it is not shown again.")


@endpoint.command("add-browser-key")
def add_browser_key(
    named: Named,
    name: Annotated[str, typer.Argument(help="Which site uses it.")],
    origin: Annotated[
        list[str], typer.Option(help="Origin of its pages, such as https://docs.example.org; repeat it.")
    ],
    per_reader: Annotated[int, typer.Option(min=1, help="Most questions of one reader a day.")] = 50,
    per_day: Annotated[int, typer.Option(min=1, help="Most questions of all readers a day.")] = 500,
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it is valid; unless said, for good.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key that the pages of a site ask a collection with: from these origins alone, within quotas."""
    try:
        body = BrowserKeyIn(
            name=name,
            origins=origin,
            questions_per_reader_per_day=per_reader,
            questions_per_day=per_day,
            expires_at=_expiry(days),
        )
    except ValidationError as error:
        fields = field_errors(error)
        raise Invalid(f"{fields[0].path[0]}: {fields[0].message}", fields=fields) from None
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        made = browser_keys.create_browser_key(ctx, verbs.find_endpoint(ctx, named).id, **body.model_dump())
        key = BrowserKeyOut.of(made)
    typer.echo(key.model_dump_json() if as_json else f"{key.key}  {key.name}: {', '.join(key.origins)}")


@endpoint.command("revoke-key")
def revoke_key(named: Named, key_id: Annotated[str, typer.Argument(metavar="KEY", help="The key's id.")]) -> None:
    """End a key of either kind for good: whoever uses it is refused from now on."""
    with local_yard() as (yard, owner), yard.context(owner) as ctx:
        _revoke(ctx, verbs.find_endpoint(ctx, named).id, key_id)
    typer.echo(f"{key_id} is revoked.")


def _revoke(ctx: Context, endpoint_id: str, key_id: str) -> None:
    if key_id in {found.key.id for found in browser_keys.list_browser_keys(ctx, endpoint_id)}:
        browser_keys.revoke_browser_key(ctx, endpoint_id, key_id)
    elif key_id in {found.key.id for found in keys.list_endpoint_keys(ctx, endpoint_id)}:
        keys.revoke_endpoint_key(ctx, endpoint_id, key_id)
    else:
        hint = "`modelyard endpoint keys ENDPOINT` shows them."
        raise NotFound(f"This endpoint has no key {key_id!r}.", hint=hint)


def _expiry(days: int | None) -> datetime | None:
    return datetime.now(UTC) + timedelta(days=days) if days is not None else None


def _until(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at is not None else "for good"
