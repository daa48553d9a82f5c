"""A collection packed as a small service of its own: files and libraries, for whoever ships them."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.chat.alone.exporting import export, has_meaning
from modelyard.chat.alone.index_file import sha256_of, written
from modelyard.chat.ownership import owned_collection
from modelyard.chat.tables import Collection
from modelyard.endpoints.alone.code import closure, imported, library, pinned
from modelyard.endpoints.alone.page import page_files
from modelyard.endpoints.alone.variable import Variable
from modelyard.endpoints.alone.visitors import CALLS_PER_MINUTE
from modelyard.endpoints.servable import Door, Packed
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict

_HERE = Path(__file__).parent
_INDEX = "collection.index"


@dataclass(frozen=True)
class _Way:
    """How it is shown: the program, what that imports of this package, and what else it needs."""

    program: str
    started: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    page: str = ""
    """The folder of its page, if the program does not make one itself."""
    environment: tuple[Variable, ...] = ()


_WAYS: dict[Door, _Way] = {
    "api": _Way(
        "service/serve.py",
        ("modelyard.chat.alone.service.app", "modelyard.kernel.proxies"),
        libraries=("uvicorn",),
        page="service",
    ),
    "gradio": _Way(
        "demo/app.py",
        ("modelyard.chat.alone.demo.page", "modelyard.kernel.proxies"),
        environment=(
            Variable(
                "CALLS_PER_MINUTE",
                "variable",
                is_required=False,
                meaning="How often one visitor may ask in a minute.",
                example=str(CALLS_PER_MINUTE),
            ),
        ),
    ),
}
_NAMED = ("modelyard.chat.indexes.embedded", "modelyard.llm.providers.openai")
"""Kinds that are looked for by name."""
_EMBEDS = "modelyard.llm.providers.builtin"
_FAMILIES = {"index": "modelyard.chat.index:Index", "provider": "modelyard.llm.provider:Provider"}
_KINDS = {"indexes": "modelyard.chat.indexes.embedded", "providers": "modelyard.llm.providers"}
_NEVER_CALLED = {"cryptography"}
"""Opens the keys of LLMs that the yard keeps; none of them goes along."""
_LLM = (
    Variable(
        "MODELYARD_OPENAI_MODEL",
        "variable",
        is_required=False,
        meaning="The LLM that writes the answers; empty: they are excerpts of the documents, word for word.",
        example="gpt-4.1-mini",
    ),
    Variable(
        "MODELYARD_OPENAI_BASE_URL",
        "variable",
        is_required=False,
        meaning="Where the LLM is served, up to the version, by what speaks like OpenAI; empty: OpenAI.",
        example="https://api.openai.com/v1",
    ),
    Variable("MODELYARD_OPENAI_API_KEY", "secret", is_required=False, meaning="The key of that server."),
)
_WORDS_ONLY = (
    "Questions find documents by their words alone: the vectors of this collection were made by an embedder, or are in "
    "an index, that a service of its own does not have."
)


def pack_collection(
    ctx: Context, signature: dict[str, Any], collection_id: str, *, endpoint_id: str, name: str, door: Door
) -> Packed:
    """Return the service of a collection as it is now; raise NotFound, and Conflict when nothing is indexed yet."""
    way = _WAYS[door]
    ctx.require("collections:read")
    collection = owned_collection(ctx, collection_id)
    if not collection.n_chunks:
        raise Conflict(f"Nothing of {collection.name!r} is indexed yet.", hint="Add documents and sync it first.")
    with_meaning = has_meaning(ctx, collection)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _INDEX
        with written(path) as out:
            export(ctx, collection, out)
        content, digest = path.read_bytes(), sha256_of(path)
    endpoint = {
        "about": {"id": endpoint_id, "name": name, "signature": signature},
        "collection": collection.id,
        "index_sha256": digest,
    }
    modules = closure([*way.started, *_NAMED, *([_EMBEDS] if with_meaning else [])])
    program = _HERE / way.program
    texts = {
        program.name: program.read_text(encoding="utf-8"),
        "endpoint.json": json.dumps(endpoint, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        **(page_files(_HERE / way.page) if way.page else {}),
        **library(modules, families=_FAMILIES, kinds=_KINDS),
    }
    return Packed(
        files={_INDEX: content, **{path: text.encode() for path, text in texts.items()}},
        requirements=(
            *pinned(imported(modules.values()) - _NEVER_CALLED),
            "pydantic-ai-slim[openai]",
            *way.libraries,
        ),
        program=program.name,
        summary="Answers from documents, with exact citations",
        notes=_notes(collection, with_meaning=with_meaning),
        environment=(*_LLM, *way.environment),
        apt=("libgomp1",) if with_meaning else (),
    )


def _notes(collection: Collection, *, with_meaning: bool) -> tuple[str, ...]:
    return (
        f"{collection.n_documents:,} documents in {collection.n_chunks:,} chunks, as of version {collection.version} "
        "of the collection; sync it and write the bundle again to bring changes here.",
        f"`service/{_INDEX}` holds the index and the text of each document, which answers cite and the page shows. The "
        "files that were uploaded, their names and where they lay are not in it.",
        *(() if with_meaning else (_WORDS_ONLY,)),
        "Nothing is kept of what is asked: who asks on sends along what was said, as its page does.",
    )
