"""Collections as what experiments search in, and what takes up the configuration that won."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from modelyard.chat.ownership import owned_collection
from modelyard.chat.passages import Passage
from modelyard.chat.quality.asking import NotAsked, question_about
from modelyard.chat.quality.generating import in_turn
from modelyard.chat.quality.writing import chunks_of
from modelyard.chat.retrieving.fusing import WORDS_ONLY, Weights
from modelyard.chat.retrieving.searching import Asked, found, prepared
from modelyard.chat.tables import Collection
from modelyard.chat.verbs import change_collection
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.llm.client import Client
from modelyard.llm.errors import LlmUnavailable
from modelyard.llm.found import FoundPassage, Method
from modelyard.llm.provider import Usage
from modelyard.llm.retriever import Adoption, AskedPassage, Opening, Retriever

FEWEST_TOKENS, MOST_TOKENS, MOST_PASSAGES = 50, 8000, 20
"""What a collection's settings allow."""
MEANING_ONLY = Weights(0.0, 1.0)


class CollectionRetriever(Retriever):
    """The passages of a collection, found as its chat finds them or by one way alone."""

    kind: Literal["collection"] = "collection"
    collection: str = Parameter(min_length=1, max_length=64, description="Id of the collection.")
    method: Method = Parameter(
        "hybrid",
        description="By words (lexical), by meaning (dense), by both (hybrid), or by both and then put in order by the "
        "collection's ranker (reranked).",
    )

    title: ClassVar[str] = "Collection"
    icon: ClassVar[str] = "library"
    group: ClassVar[str] = "search"

    @property
    def subject(self) -> str:
        """Return the collection's id."""
        return self.collection

    def open(self, opening: Opening) -> "CollectionFinder":
        """Return its finder; raise NotFound, or Invalid for a method that this collection cannot be asked by."""
        with opening() as ctx:
            collection = owned_collection(ctx, self.collection)
            self._require_method(prepared(ctx, collection, "", selection=None), collection)
            return CollectionFinder(opening, self.collection, self.method, self._version(collection))

    def questions(
        self, opening: Opening, asking: Client, n: int, *, seed: int
    ) -> Iterator[tuple[AskedPassage | None, Usage]]:
        """Yield what an LLM asks about up to `n` chunks, every document in turn; None for what cannot be used."""
        with opening() as ctx:
            chunks = in_turn(chunks_of(ctx, owned_collection(ctx, self.collection)), seed=seed)
        for chunk in chunks[:n]:
            try:
                known, usage = question_about(asking, chunk)
            except NotAsked as reason:
                yield None, reason.usage
                continue
            asked = AskedPassage(known.question, known.answer or "", chunk.title, chunk.text, known.quote or "")
            yield asked, usage

    def adopt(self, ctx: Context, adoption: Adoption) -> str:
        """Let the collection's chat answer so from now on; return the id of its endpoint."""
        collection = owned_collection(ctx, self.collection)
        answering = {
            **collection.answering,
            "n_passages": min(adoption.n_passages, MOST_PASSAGES),
            "max_answer_tokens": min(max(adoption.max_tokens, FEWEST_TOKENS), MOST_TOKENS),
            "temperature": adoption.temperature,
            "instructions": adoption.instructions,
            "chosen_by": adoption.evidence,
        }
        if self.method != "reranked":
            answering["ranker_id"] = None
        changed = change_collection(ctx, self.collection, llm_id=adoption.llm_id, answering=answering)
        return changed.endpoint_id

    def _version(self, collection: Collection) -> str:
        decides = (
            *(collection.id, collection.version, collection.embedder_fingerprint, collection.index, self.method),
            collection.answering.get("ranker_id") if self.method == "reranked" else None,
        )
        return hashlib.sha256(repr(decides).encode()).hexdigest()

    def _require_method(self, asked: Asked, collection: Collection) -> None:
        if self.method in ("dense", "hybrid", "reranked") and asked.embedder is None:
            raise _cannot(
                f"{collection.name!r} has no vectors to compare meanings by.", "Sync it first, or search it by words."
            )
        if self.method == "reranked" and asked.ranker is None:
            raise _cannot(f"{collection.name!r} has no ranker.", "Choose one in its settings, or search it without.")


class CollectionFinder:
    """Finds passages of one collection for many questions, by one method and never silently by another."""

    def __init__(self, opening: Opening, collection_id: str, method: Method, version: str) -> None:
        self.version = version
        self._opening = opening
        self._collection_id = collection_id
        self._method = method

    def find(self, question: str, *, k: int) -> Sequence[FoundPassage]:
        """Return the best `k` passages; raise LlmUnavailable where the embedder or the ranker did not answer."""
        with self._opening() as ctx:
            asked = self._by_method(prepared(ctx, self._collection(ctx), question))
        vector = asked.vector()
        with self._opening() as ctx:
            retrieved = found(ctx, self._collection(ctx), asked, vector, k=k)
        retrieved = asked.in_order(retrieved, k=k)
        # What chat answers with all the same, a comparison of methods may not: it would be another method's.
        if retrieved.notes:
            raise LlmUnavailable(retrieved.notes[0])
        return [_found(passage) for passage in retrieved.passages if passage.score > 0][:k]

    def _by_method(self, asked: Asked) -> Asked:
        match self._method:
            case "lexical":
                return replace(asked, weights=WORDS_ONLY, embedder=None, ranker=None, notes=())
            case "dense":
                return replace(asked, weights=MEANING_ONLY, ranker=None, notes=())
            case "hybrid":
                return replace(asked, ranker=None, notes=())
            case "reranked":
                return asked

    def _collection(self, ctx: Context) -> Collection:
        return owned_collection(ctx, self._collection_id)


def _found(passage: Passage) -> FoundPassage:
    return FoundPassage(
        text=passage.text,
        title=passage.title,
        document=passage.document_id,
        url=passage.url,
        headings=passage.headings,
        score=passage.score,
    )


def _cannot(message: str, hint: str) -> Invalid:
    return Invalid(message, hint=hint, fields=[FieldError(("method",), message)])
