"""Where questions about one collection are answered: who acts, which LLM answers, one question made whole and read."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from modelyard.chat.answering.answer import Reading
from modelyard.chat.answering.asked import Question
from modelyard.chat.answering.prompting import PastTurn
from modelyard.chat.answering.reading import Searching, read, searched
from modelyard.chat.answering.rewriting import accepted, may_lean, messages_to_rewrite, rewritten_by_rule
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.ownership import owned_collection
from modelyard.chat.tables import Collection
from modelyard.data.words.languages import language_of
from modelyard.kernel.context import Actor, Context, Contexts
from modelyard.llm.client import Client, client_for
from modelyard.llm.provider import End, Text, Usage, Wish

REWRITE_TOKENS = 120


@dataclass(frozen=True)
class Desk:
    """A collection as its answers need it; contexts are opened for the moment that something is read."""

    yard: Contexts
    actor: Actor
    collection_id: str
    version: int
    client: Client | None

    @classmethod
    def of(cls, yard: Contexts, ctx: Context, collection: Collection) -> "Desk":
        """Return the desk of a collection that whoever asks was let into: it acts for the collection's owner."""
        ctx.require("endpoints:call")
        actor = Actor(
            id=collection.owner_id,
            name=ctx.actor.name,
            scopes=frozenset({"endpoints:call", "collections:read", "llms:read"}),
            bound_to=collection.endpoint_id,
        )
        client = client_for(ctx, collection.llm_id, owner_id=collection.owner_id) if collection.llm_id else None
        return cls(yard, actor, collection.id, collection.version, client)

    def read(self, question: Question, own: str, whole: str, history: Sequence[PastTurn] = ()) -> Reading:
        """Return what the answer to `whole`, asked as `own`, is made of; blocking.

        No session is open while the question is embedded, or while passages are ranked.
        """
        with self.yard.context(self.actor, writes=False) as ctx:
            searching = Searching.prepared(ctx, owned_collection(ctx, self.collection_id), question, own, whole)
        vector = searching.asked.vector()
        with self.yard.context(self.actor, writes=False) as ctx:
            collection = owned_collection(ctx, self.collection_id)
            retrieved = searched(ctx, collection, searching, vector)
            if searching.asked.ranker is None:
                return read(ctx, collection, searching, retrieved, history=history)
        k = AnswerSettings.model_validate(collection.answering).n_passages
        retrieved = searching.asked.in_order(retrieved, k=k)
        with self.yard.context(self.actor, writes=False) as ctx:
            return read(ctx, collection, searching, retrieved, history=history)

    async def made_whole(self, question: str, history: Sequence[PastTurn]) -> tuple[str, Usage]:
        """Return the question so that it can be searched without the conversation, and what an LLM took for that."""
        language = language_of(question)
        if self.client is None:
            return rewritten_by_rule(question, history, language), Usage()
        if not history or not may_lean(question, language):
            return question, Usage()
        texts, usage = [], Usage()
        wish = Wish(max_tokens=REWRITE_TOKENS)
        async with aclosing(self.client.complete(messages_to_rewrite(question, history), wish)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Text):
                    texts.append(piece.text)
                elif isinstance(piece, End):
                    usage = piece.usage
        return accepted("".join(texts), question, history, language), usage
