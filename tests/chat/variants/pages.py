"""A page in a collection, and an LLM for it: rows as a sync leaves them."""

import asyncio
from contextlib import aclosing
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from modelyard.chat.loaders.markdown import MarkdownLoader
from modelyard.chat.tables import Collection, Document, DocumentOrigin, DocumentVersion
from modelyard.chat.variants.making import Making
from modelyard.chat.variants.verbs import plan_variant
from modelyard.chat.variants.wishes import Explain, Translate
from modelyard.chat.verbs import create_collection
from modelyard.endpoints.turns import Event
from modelyard.kernel.context import Actor
from modelyard.kernel.ids import new_id
from modelyard.kernel.yard import Yard
from modelyard.llm.verbs import create_llm

PAGE = """# Install the server

The server is a process that listens on port 8080 and answers requests from browsers and programs.

1. Download version 2.4.
2. Unpack it.

```bash
tar  xf server-2.4.tar.gz   # two  spaces, kept
\t./server --port 8080 <<EOF
EOF
```

| option | meaning |
|---|---|
| port | where it listens |

Start it again after every change of its configuration, or it will not notice.
"""
ECHO = {"kind": "scripted", "lines": [{"when": "^.*$", "say": r"\g<0>"}]}
"""Says again whatever it is sent, marks and all: the least that a translator must do."""


def add_page(yard: Yard, owner: Actor, provider: dict[str, Any] | None = None, *, text: str = PAGE) -> Document:
    """Add a collection with one page, answered by an LLM of this provider."""
    parsed = MarkdownLoader().read(BytesIO(text.encode()), PurePosixPath("install.md"))
    with yard.context(owner) as ctx:
        llm = create_llm(ctx, "Test LLM", provider) if provider else None
        collection: Collection = create_collection(ctx, "Manual", llm_id=llm.id if llm else None)
        now, text_hash = ctx.clock(), ctx.artifacts.put_bytes(parsed.model_dump_json().encode()).hash
        origin = DocumentOrigin(
            id=new_id("or"), collection_id=collection.id, origin={"kind": "file"}, name="install.md", added_at=now
        )
        document = Document(
            id=new_id("dc"),
            collection_id=collection.id,
            origin_id=origin.id,
            key="install.md",
            title=parsed.title,
            loader="markdown",
            language="en",
            content_hash="0" * 64,
            text_hash=text_hash,
            state="indexed",
            notes=[],
            added_at=now,
            changed_at=now,
        )
        version = DocumentVersion(
            document_id=document.id,
            text_hash=text_hash,
            collection_id=collection.id,
            title=parsed.title,
            first_version=1,
        )
        ctx.session.add(origin)
        ctx.session.flush()
        ctx.session.add_all([document, version])
    return document


def making(yard: Yard, owner: Actor, document: Document, wish: Explain | Translate) -> Making:
    """Return one reader's request."""
    with yard.context(owner, writes=False) as ctx:
        return Making(yard, owner, plan_variant(ctx, document.id, wish))


async def told(request: Making, *, until_made: bool = False) -> list[Event]:
    """Return the events of a request, all or those until a block is made; then nobody listens any more."""
    events: list[Event] = []
    async with aclosing(request.events()) as stream:
        async for event in stream:
            events.append(event)
            if until_made and event.name == "block" and event.data["state"] == "made":
                break
    return events


def run(request: Making, *, until_made: bool = False) -> list[Event]:
    """Return the events of a request that nobody else shares."""
    return asyncio.run(told(request, until_made=until_made))


def blocks(events: list[Event]) -> dict[int, dict[str, Any]]:
    """Return the blocks that were told, by number."""
    return {event.data["i"]: event.data for event in events if event.name == "block"}
