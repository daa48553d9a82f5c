"""What is read for a question: passages, the reader's selection first, and how the documents are built."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from modelyard.chat.answering.answer import Reading
from modelyard.chat.answering.asked import Question, Selection
from modelyard.chat.answering.citations import Ground
from modelyard.chat.answering.evidence import weighed
from modelyard.chat.answering.kept_texts import kept_text
from modelyard.chat.answering.prompting import PastTurn
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.chunking import place_of
from modelyard.chat.ownership import visible_documents
from modelyard.chat.parsed import ParsedDocument
from modelyard.chat.passages import Passage, Retrieved
from modelyard.chat.retrieving.searching import Asked, found, prepared
from modelyard.chat.tables import Collection, Document
from modelyard.data.words.matching import find_between
from modelyard.kernel.context import Context

if TYPE_CHECKING:
    import numpy as np

_NO_PAGE = "No document of the collection is at the address of this page: all documents were searched."


@dataclass(frozen=True)
class Searching:
    """A question between its preparation and its search: its vector is made without a database."""

    question: Question
    own: str
    """The question as it was asked."""
    whole: str
    """Made whole when it was a follow-up."""
    asked: Asked

    @classmethod
    def prepared(cls, ctx: Context, collection: Collection, question: Question, own: str, whole: str) -> "Searching":
        """Return what will be searched for; a selection without a question is searched by its own words."""
        ctx.require("endpoints:call")
        selection = question.selection
        searched = whole if question.question.strip() or selection is None else ""
        return cls(
            question, own, whole, prepared(ctx, collection, searched, selection=selection.text if selection else None)
        )


def searched(
    ctx: Context, collection: Collection, searching: Searching, vector: "np.ndarray[Any, Any] | None"
) -> Retrieved:
    """Return what is found for a question, on its page only where that is wanted and there is one."""
    question = searching.question
    notes: tuple[str, ...] = ()
    documents = documents_at(ctx, collection.id, question.page) if question.page else None
    if documents is not None and not documents:
        documents, notes = None, (_NO_PAGE,)
    k = AnswerSettings.model_validate(collection.answering).n_passages
    retrieved = found(ctx, collection, searching.asked, vector, k=k, documents=documents)
    return replace(retrieved, notes=(*retrieved.notes, *notes))


def read(
    ctx: Context,
    collection: Collection,
    searching: Searching,
    retrieved: Retrieved,
    *,
    history: Sequence[PastTurn] = (),
) -> Reading:
    """Return what an answer is made of."""
    settings = AnswerSettings.model_validate(collection.answering)
    question = searching.question
    retrieved = weighed(retrieved, ctx.artifacts)
    grounds = [
        Ground(i, passage, document=kept_text(ctx.artifacts, passage.text_hash))
        for i, passage in enumerate(retrieved.passages, 1)
    ]
    if question.selection is not None:
        selected = selected_ground(ctx, collection.id, question.selection)
        grounds = [selected, *(ground for ground in grounds if not _is_within(ground.passage, selected.passage))]
    told = retrieved.notes
    is_only = question.selection is not None and not question.question.strip()
    return Reading(searching.own, searching.whole, retrieved, tuple(grounds), settings, tuple(history), told, is_only)


def documents_at(ctx: Context, collection_id: str, address: str) -> list[str]:
    """Return the documents of the collection that a page's address is of; a fragment or a query is not looked at."""
    ctx.require("endpoints:call")
    plain = address.partition("#")[0].partition("?")[0].rstrip("/")
    spelled = (plain, f"{plain}/", f"{plain}.html", f"{plain}/index.html", plain.removesuffix("/index.html"))
    mine = visible_documents(ctx).where(Document.collection_id == collection_id, Document.url.in_(spelled))
    return list(ctx.session.scalars(mine.with_only_columns(Document.id)))


def selected_ground(ctx: Context, collection_id: str, selection: Selection) -> Ground:
    """Return the selection as passage 0: where it stands in its document, or by itself when it is found in none."""
    ctx.require("endpoints:call")
    wanted = [selection.document_id] if selection.document_id else []
    wanted += documents_at(ctx, collection_id, selection.url) if selection.url else []
    mine = visible_documents(ctx).where(Document.collection_id == collection_id, Document.id.in_(wanted))
    for document in ctx.session.scalars(mine.where(Document.text_hash.is_not(None))).all() if wanted else ():
        parsed = kept_text(ctx.artifacts, document.text_hash or "")
        passage = _selected_in(parsed, document, selection) if parsed else None
        if passage is not None:
            return Ground(0, passage, is_selection=True, document=parsed)
    text = selection.text.strip()
    headings = (selection.title,) if selection.title else ()
    passage = Passage((), "", "", selection.title or "", headings, None, None, 0, len(text), text, 1.0, None, None)
    return Ground(0, passage, is_selection=True)


def _selected_in(parsed: ParsedDocument, document: Document, selection: Selection) -> Passage | None:
    span = find_between(parsed.text, selection.text, before=selection.before, after=selection.after)
    if span is None:
        return None
    place = place_of(parsed, span.start)
    url = f"{document.url}#{place.anchor}" if document.url and place.anchor else document.url
    return Passage(
        chunk_ids=(),
        document_id=document.id,
        text_hash=document.text_hash or "",
        title=document.title,
        headings=place.headings,
        url=url,
        page=place.page,
        start=span.start,
        end=span.end,
        text=parsed.text[span.start : span.end],
        score=1.0,
        words_rank=None,
        meaning_rank=None,
    )


def _is_within(passage: Passage, other: Passage) -> bool:
    is_same = bool(passage.document_id) and passage.document_id == other.document_id
    return is_same and passage.start >= other.start and passage.end <= other.end
