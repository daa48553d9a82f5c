"""The command that asks a collection."""

import asyncio
import json
import sys
from contextlib import aclosing
from typing import Annotated, Any

import typer

from modelyard.access.terminal import local_yard
from modelyard.chat.verbs import find_collection
from modelyard.endpoints.openai_shapes import sources
from modelyard.endpoints.readers import reader_of
from modelyard.endpoints.streaming import StreamedCall, begin_call
from modelyard.endpoints.turns import Asked
from modelyard.kernel.errors import Invalid


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ask)


def ask(
    collection: Annotated[str, typer.Argument(metavar="COLLECTION", help="Its id or name.")],
    question: Annotated[str, typer.Argument(help="The question; - reads it from standard input.")],
    session: Annotated[str | None, typer.Option(help="Go on with this conversation.")] = None,
    page: Annotated[str | None, typer.Option(help="Ask only the documents at this address.")] = None,
    stream: Annotated[bool, typer.Option("--stream", help="Print the answer while it comes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; with --stream one event a line.")] = False,
) -> None:
    """Ask a collection a question; the answer cites the exact words that it rests on.

    When the documents do not hold an answer it says so, and the command ends with 0 all the same: `abstained` in the
    JSON tells. The conversation is kept, its id is in the JSON too.
    """
    text = sys.stdin.read() if question == "-" else question
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            endpoint_id = find_collection(ctx, collection).endpoint_id
        inputs: dict[str, Any] = {"question": text.strip(), **({"page": page} if page else {})}
        if not inputs["question"]:
            raise Invalid("The question is empty.", hint="Write it in quotation marks after the collection's name.")
        reader = reader_of(yard, owner, endpoint_id, None)
        call = begin_call(yard, owner, Asked(endpoint_id, [inputs], reader.id, session), reader)
        asyncio.run(_told(call, stream=stream, as_json=as_json))
    if call.error is not None:
        raise call.error
    document = call.document or {}
    if as_json:
        if not stream:
            typer.echo(json.dumps(document, ensure_ascii=False))
        return
    output = document["outputs"][0]
    if not stream:
        typer.echo(output["answer"])
    _tell_sources(output, was_streamed=stream)


async def _told(call: StreamedCall, *, stream: bool, as_json: bool) -> None:
    """Read the answer to its end; print it as it comes when that is wanted."""
    async with aclosing(call.events()) as events:
        async for event in events:
            if stream and as_json:
                typer.echo(json.dumps({"event": event.name, **event.data}, ensure_ascii=False))
            elif stream and event.name == "delta":
                typer.echo(event.data["text"], nl=False)


def _tell_sources(output: dict[str, Any], *, was_streamed: bool) -> None:
    if was_streamed:
        typer.echo("")
    if was_streamed and output["withdrawn"]:
        typer.echo(f"\nThat rests on nothing in the documents. {output['answer']}")
    if listed := sources(output["citations"]):
        typer.echo(listed.lstrip("\n") if was_streamed else listed[1:])
    if output["unsupported"]:
        typer.echo(f"note: {len(output['unsupported'])} sentences are not backed by the documents.", err=True)
