"""The command that searches a collection."""

from typing import Annotated

import typer
from rich.console import Console

from modelyard.access.terminal import local_yard
from modelyard.chat.passages import Passage
from modelyard.chat.retrieving.schemas import RetrievedOut
from modelyard.chat.retrieving.verbs import search_collection
from modelyard.chat.verbs import find_collection

MAX_SHOWN = 300
"""Characters of a passage on the terminal."""


def add_to(collection: typer.Typer) -> None:
    """Add the command to those of collections."""
    collection.command("search")(search)


def search(
    named: Annotated[str, typer.Argument(metavar="COLLECTION", help="Its id or name.")],
    question: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="Most passages.")] = 6,
    as_json: Annotated[bool, typer.Option("--json", help="Print all that was found as JSON.")] = False,
) -> None:
    """Show the passages that a question finds, without an answer made of them."""
    with local_yard() as (yard, owner):
        with yard.context(owner, writes=False) as ctx:
            collection_id = find_collection(ctx, named).id
        retrieved = search_collection(yard, owner, collection_id, question[:4_000], k=k)
    if as_json:
        typer.echo(RetrievedOut.model_validate(retrieved).model_dump_json())
        return
    console = Console(highlight=False, soft_wrap=True)
    for number, passage in enumerate(retrieved.passages, 1):
        console.print(f"{number}. {' › '.join((passage.title, *passage.headings))}", markup=False, style="bold")
        console.print(f"   {_told(passage)}", markup=False)
        console.print(f"   {_shortened(passage.text)}\n", markup=False)
    if not retrieved.passages:
        console.print("Nothing was found. Ask in other words, or sync the collection.", markup=False)
    for note in retrieved.notes:
        console.print(note, markup=False)


def _told(passage: Passage) -> str:
    ranks = (("by words", passage.words_rank), ("by meaning", passage.meaning_rank))
    found = ", ".join(f"place {rank} {how}" for how, rank in ranks if rank is not None)
    return f"{found} · score {passage.score:.2f}" + (f" · {passage.url}" if passage.url else "")


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= MAX_SHOWN else words[:MAX_SHOWN].rsplit(" ", 1)[0] + " …"
