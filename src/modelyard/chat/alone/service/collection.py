"""The one collection that is served, read and verified once."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from modelyard.chat.alone.index_file import IndexFile, sha256_of
from modelyard.chat.alone.service.shapes import About, Around, Earlier
from modelyard.chat.answering.asked import question_of
from modelyard.chat.answering.desk import Desk
from modelyard.chat.answering.kept_texts import kept_text
from modelyard.chat.answering.past import read_again, told_turn
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.answering.turn import ChatTurn
from modelyard.chat.ownership import owned_collection, visible_documents
from modelyard.chat.tables import Document
from modelyard.kernel.context import Actor
from modelyard.kernel.errors import NotFound, Refused
from modelyard.kernel.settings import Settings
from modelyard.llm.client import Client
from modelyard.llm.provider import Access
from modelyard.llm.providers.openai import OPENAI, OpenAi

INDEX = "collection.index"
READER = "reader"
"""Whose the collection is, in its own file."""
MODEL_VARIABLE = "MODELYARD_OPENAI_MODEL"
ADDRESS_VARIABLE = "MODELYARD_OPENAI_BASE_URL"
KEY_VARIABLE = "MODELYARD_OPENAI_API_KEY"
SHOWN_AROUND = 1_500
"""Characters of a document that are shown on each side of what is cited."""


@dataclass(frozen=True)
class ServedCollection:
    """A collection with what is told of it, and who answers."""

    about: About
    file: IndexFile
    actor: Actor
    desk: Desk
    n_past_turns: int
    """Earlier turns of a conversation that are read again, as its owner set it."""

    def turn(self, inputs: Sequence[dict[str, Any]], history: Sequence[Earlier] = ()) -> ChatTurn:
        """Return the turn of one question, not begun, after earlier ones (the oldest first).

        Raises Invalid with paths `["inputs", 0, …]`.
        """
        newest = [told_turn(one.question, one.answer, one.headings) for one in reversed(history)]
        past = read_again(newest[: self.n_past_turns])
        return ChatTurn(self.desk, question_of(inputs), session_id=None, history=past)

    def around(self, document_id: str, start: int, end: int) -> Around:
        """Return the words `[start, end)` of a document with what stands around them; raise NotFound."""
        with self.file.context(self.actor) as ctx:
            document = ctx.session.scalar(visible_documents(ctx).where(Document.id == document_id))
            parsed = kept_text(ctx.artifacts, document.text_hash or "") if document is not None else None
        if document is None or parsed is None or not 0 <= start < end <= len(parsed.text):
            raise NotFound("There are no such words here.", hint="Ask again: the documents may be others now.")
        first, last = max(0, start - SHOWN_AROUND), min(len(parsed.text), end + SHOWN_AROUND)
        return Around(
            title=document.title,
            url=document.url,
            before=parsed.text[first:start],
            quote=parsed.text[start:end],
            after=parsed.text[end:last],
            begins_document=first == 0,
            ends_document=last == len(parsed.text),
        )


def read_collection(folder: Path) -> ServedCollection:
    """Return the collection of a folder that `packing` wrote; raise Refused for other bytes than were packed.

    The folder may be read-only. The LLM is the one that the environment names; without one answers are excerpts.
    """
    about = json.loads((folder / "endpoint.json").read_text(encoding="utf-8"))
    if sha256_of(folder / INDEX) != about["index_sha256"]:
        raise Refused(f"{INDEX} has other bytes than were packed.", hint="Write the bundle again.")
    scratch = Path(tempfile.gettempdir()) / "modelyard"
    settings = Settings(environment="development", data=scratch, allow_private_addresses=True)
    file, client = IndexFile(folder / INDEX, settings), llm_of(settings)
    actor = Actor(id=READER, name=READER, scopes=frozenset({"endpoints:call", "collections:read"}))
    with file.context(actor) as ctx:
        collection = owned_collection(ctx, about["collection"])
        n_documents = ctx.session.scalar(select(func.count()).select_from(visible_documents(ctx).subquery())) or 0
    told = About.model_validate(
        {
            **about["about"],
            "version": collection.version,
            "n_documents": n_documents,
            "llm": client.info.name if client else None,
        }
    )
    desk = Desk(file, actor, collection.id, collection.version, client)
    return ServedCollection(told, file, actor, desk, AnswerSettings.model_validate(collection.answering).n_past_turns)


def llm_of(settings: Settings) -> Client | None:
    """Return the LLM that the environment names; None when it names none. Raises Refused for OpenAI without a key."""
    name = os.environ.get(MODEL_VARIABLE, "").strip()
    if not name:
        return None
    provider = OpenAi(model=name, base_url=os.environ.get(ADDRESS_VARIABLE, "").strip().rstrip("/") or OPENAI)
    key = settings.openai_api_key.get_secret_value() or None
    if provider.needs_key and key is None:
        raise Refused(
            f"{MODEL_VARIABLE} names an LLM of OpenAI, and {KEY_VARIABLE} is not set.",
            hint=f"Set the key, or set {ADDRESS_VARIABLE} to a server that needs none.",
        )
    provider.prepare()
    return Client(provider, Access(key, settings), llm_id=None, owner_id=None, ledger=None)
