"""One client for all LLMs: turns, time limits, retries, budget and accounting around whatever provider serves them."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from modelyard.kernel.clock import Clock, utc_now
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.llm import attempts
from modelyard.llm.attempts import tried
from modelyard.llm.background import wait_for
from modelyard.llm.errors import CannotEmbed, LlmUnavailable, WrongVectorSize
from modelyard.llm.keys import secret_of
from modelyard.llm.ledger import Account, Ledger, ledger_of
from modelyard.llm.ownership import visible_llms
from modelyard.llm.prices import cost_usd, estimated_tokens, priced
from modelyard.llm.provider import (
    FREE,
    Access,
    Embedded,
    End,
    Message,
    Piece,
    Provider,
    Ranked,
    Text,
    TextIs,
    Usage,
    Wish,
    storable,
)
from modelyard.llm.tables import Llm

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class ClientInfo:
    """What answers and indexes keep of an LLM: whose it is and what it is called; never where its key is."""

    llm_id: str | None
    provider_kind: str
    name: str
    is_scripted: bool
    completes: bool
    embeds: bool
    ranks: bool
    languages: frozenset[str] | None
    """Languages that its embeddings are made for; None: it does not say."""
    dimensions: int | None
    """How long its vectors are; None: the first one shows."""

    @property
    def fingerprint(self) -> str:
        """Return what decides the vectors: those of another fingerprint cannot be compared with these."""
        return f"{self.provider_kind}:{self.name}" + (f":{self.dimensions}" if self.dimensions else "")


@dataclass(frozen=True)
class Answered:
    """A whole answer, and what it took."""

    text: str
    usage: Usage
    end: End


class Client:
    """One LLM or embedder, ready to be used from a thread or an event loop; holds no database session.

    Raises the errors of `modelyard.llm.errors`.
    """

    def __init__(
        self, provider: Provider, access: Access, *, llm_id: str | None, owner_id: str | None, ledger: Ledger | None
    ) -> None:
        self.provider = provider
        self._access = access
        self._ledger = ledger
        self._account = Account(owner_id or "", provider.kind_name(), provider.name[:200])
        self.info = ClientInfo(
            llm_id=llm_id,
            provider_kind=provider.kind_name(),
            name=provider.name,
            is_scripted=provider.is_scripted,
            completes=provider.can_complete,
            embeds=provider.can_embed,
            ranks=provider.can_rank,
            languages=provider.languages,
            dimensions=provider.dimensions,
        )

    def trial(self) -> str:
        """Return what is asked when somebody tries whether it answers."""
        return self.provider.trial(self._access)

    async def complete(self, messages: Sequence[Message], wish: Wish | None = None) -> AsyncGenerator[Piece]:
        """Stream one answer, ended by `End` with what it took.

        Whoever stops reading closes the generator (`contextlib.aclosing`): the request is broken off, and what came
        until then is accounted for. Nothing is tried again once a piece was given out.
        """
        wish = wish or Wish()
        if not self.info.completes:
            raise CannotEmbed(f"{self.info.name} makes embeddings and gives no answers: choose an LLM that does.")
        messages = [replace(message, text=storable(message.text)) for message in messages]
        n_input_tokens = sum(estimated_tokens(message.text) for message in messages)
        reserved = await self._reserve(n_input_tokens, wish.max_tokens)
        given: list[str] = []
        usage: Usage | None = None
        try:
            async with aclosing(attempts.complete(self.provider, messages, wish, self._access)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, End):
                        usage = priced(self.provider, _counted(piece.usage, n_input_tokens, given))
                        piece = replace(piece, usage=usage)
                    elif isinstance(piece, Text):
                        given.append(piece.text)
                    yield piece
        finally:
            if usage is None and given:  # broken off: the provider counts what it has given so far
                usage = priced(self.provider, _counted(Usage(), n_input_tokens, given))
            self._settle(reserved, usage)

    def complete_text(self, messages: Sequence[Message], wish: Wish | None = None) -> Answered:
        """Return one whole answer; blocking, for jobs."""

        async def whole() -> Answered:
            texts, end = [], None
            async with aclosing(self.complete(messages, wish)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Text):
                        texts.append(piece.text)
                    elif isinstance(piece, End):
                        end = piece
            if end is None:
                raise LlmUnavailable(f"{self.info.name} gave no answer.")
            return Answered("".join(texts), end.usage, end)

        return wait_for(whole())

    def embed(self, texts: Sequence[str], text_is: TextIs) -> "np.ndarray[Any, Any]":
        """Return float32 vectors of length 1, shape `(n_texts, n_dimensions)`; blocking.

        Of no texts the shape is `(0, dimensions)`, with 0 where nobody knows the size yet.
        """
        import numpy as np

        if not self.info.embeds:
            raise CannotEmbed(f"{self.info.name} makes no embeddings: choose a provider that does.")
        if not texts:
            return np.zeros((0, self.info.dimensions or 0), dtype=np.float32)
        texts, size = [storable(text) for text in texts], self.provider.max_texts
        parts = [self._embed_some(texts[start : start + size], text_is) for start in range(0, len(texts), size)]
        if len({part.shape[1] for part in parts}) > 1:
            raise WrongVectorSize(f"{self.info.name} answered vectors of different sizes.")
        return np.concatenate(parts)

    def rank(self, question: str, texts: Sequence[str]) -> list[Ranked]:
        """Return the texts' places, the best answer to the question first; blocking. Only where `info.ranks`."""
        if not self.info.ranks:
            raise CannotEmbed(f"{self.info.name} does not rank passages: choose a provider that does.")
        if not texts:
            return []
        question, texts = storable(question), [storable(text) for text in texts]
        n_tokens = sum(estimated_tokens(text) for text in (question, *texts))
        with self._paid(n_tokens) as used:
            ranked = tried(self.provider, self._access, lambda: self.provider.rank(question, texts, self._access))
            used.append(Usage(n_input_tokens=n_tokens, is_estimated=True))  # the price of ranking is in no table
        return ranked

    def _embed_some(self, texts: Sequence[str], text_is: TextIs) -> "np.ndarray[Any, Any]":
        n_tokens = sum(estimated_tokens(text) for text in texts)
        with self._paid(n_tokens) as used:
            made = tried(self.provider, self._access, lambda: self.provider.embed(texts, text_is, self._access))
            used.append(priced(self.provider, _counted(made.usage, n_tokens, [])))
        return self._checked(made, len(texts))

    @contextmanager
    def _paid(self, n_tokens: int) -> Iterator[list[Usage]]:
        """Check the budget before a blocking request, and write down the usage that was put in the list."""
        used: list[Usage] = []
        ledger = self._ledger if self.provider.address is not None else None  # nobody is asked: nothing to write down
        reserved = self._reserve_here(ledger, n_tokens, 0) if ledger else 0.0
        try:
            yield used
        finally:
            if ledger:
                ledger.settle(self._account, reserved, used[0] if used else None, self._access.clock())

    def _checked(self, made: Embedded, n_texts: int) -> "np.ndarray[Any, Any]":
        vectors, expected = made.vectors, self.info.dimensions
        if vectors.ndim != 2 or len(vectors) != n_texts:
            raise WrongVectorSize(f"{self.info.name} answered {len(vectors)} vectors for {n_texts} texts.")
        if expected is not None and vectors.shape[1] != expected:
            raise WrongVectorSize(
                f"{self.info.name} answered vectors of {vectors.shape[1]} numbers where {expected} were expected."
            )
        return vectors

    async def _reserve(self, n_input_tokens: int, max_tokens: int) -> float:
        if self._ledger is None or self.provider.prices == FREE:
            return 0.0
        # In a thread: it asks the database, and the price table is read from its file the first time.
        return await asyncio.to_thread(self._reserve_here, self._ledger, n_input_tokens, max_tokens)

    def _reserve_here(self, ledger: Ledger, n_input_tokens: int, max_tokens: int) -> float:
        most = cost_usd(self.provider, n_input_tokens, max_tokens)
        return ledger.reserve(self._account, most, self._access.clock())

    def _settle(self, reserved: float, usage: Usage | None) -> None:
        if self._ledger is not None and (usage is not None or reserved):
            self._ledger.settle(self._account, reserved, usage, self._access.clock())


def _counted(usage: Usage, n_input_tokens: int, given: Sequence[str]) -> Usage:
    """Return the usage as the provider told it, else as it is estimated here."""
    if usage.n_input_tokens or usage.n_output_tokens:
        return usage
    n_output_tokens = estimated_tokens("".join(given)) if given else 0
    return replace(usage, n_input_tokens=n_input_tokens, n_output_tokens=n_output_tokens, is_estimated=True)


def client_for(ctx: Context, llm_id: str | None, *, owner_id: str | None = None) -> Client:
    """Return the client of an LLM of `owner_id`, or of the actor; raise NotFound.

    A reader uses the LLM of the collection's owner: the caller says whose, and has checked that the reader may.
    """
    if llm_id is None:
        raise NotFound("No LLM is chosen.", hint="Add one with `modelyard llm add`, then choose it.")
    row = ctx.session.scalar(visible_llms(ctx, owner_id).where(Llm.id == llm_id))
    if row is None:
        raise NotFound(f"There is no LLM {llm_id!r}.")
    return client_of(ctx.session, row, ctx.settings, ctx.clock)


def embedder_for(ctx: Context, embedder_id: str | None, *, owner_id: str | None = None) -> Client:
    """Return the client of an embedder; None: the one that comes with the package. Raises NotFound and CannotEmbed."""
    if embedder_id is None:
        return builtin_embedder(ctx.settings)
    client = client_for(ctx, embedder_id, owner_id=owner_id)
    if not client.info.embeds:
        raise CannotEmbed(f"{client.info.name} makes no embeddings.", hint="Choose a provider that does.")
    return client


def client_of(session: Session, row: Llm, settings: Settings, clock: Clock = utc_now) -> Client:
    """Return the client of a row; the session may end before it is used. Raises SealBroken for a key it cannot open."""
    provider: Provider = family("provider").parse(row.provider)
    access = Access(secret_of(session, settings, row, provider), settings, clock)
    return Client(provider, access, llm_id=row.id, owner_id=row.owner_id, ledger=ledger_of(session))


def builtin_embedder(settings: Settings) -> Client:
    """Return the embedder that comes with the package: multilingual, on this machine, no key and no network."""
    provider: Provider = family("provider").parse({"kind": "builtin"})
    return Client(provider, Access(None, settings), llm_id=None, owner_id=None, ledger=None)
