"""One question of a reader while it is answered: what is told of it, and what is kept."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import cache
from typing import Any, Literal, TypeVar

from modelyard.chat.answering.answer import Answering, Reading
from modelyard.chat.answering.asked import Question
from modelyard.chat.answering.citations import Citation
from modelyard.chat.answering.desk import Desk
from modelyard.chat.answering.prompting import PastTurn
from modelyard.data.words.languages import language_of
from modelyard.endpoints.turns import Event, Outcome

T = TypeVar("T")

READERS = 2
"""Questions that are searched at the same time; the others wait without a thread. More would only keep the event loop,
which tells the answers that have begun, from its turn."""


class ChatTurn:
    """One question at a desk."""

    def __init__(
        self, desk: Desk, question: Question, *, session_id: str | None, history: tuple[PastTurn, ...] = ()
    ) -> None:
        self.session_id = session_id
        self._desk, self._question, self._history = desk, question, history
        self._text = question.asked(language_of(question.selection.text) if question.selection else None)
        self._reading: Reading | None = None
        self._answering: Answering | None = None

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield `meta` when the passages are found, then text and citations as they come."""
        whole, usage = await self._desk.made_whole(self._text, self._history)
        reading = await in_reader(lambda: self._desk.read(self._question, self._text, whole, self._history))
        self._reading = reading
        self._answering = Answering(reading, self._desk.client, usage=usage)
        yield Event("meta", self._meta(reading))
        async with aclosing(self._answering.pieces()) as pieces:
            async for piece in pieces:
                if isinstance(piece, Citation):
                    yield Event("citation", piece.document())
                else:
                    yield Event("delta", {"text": piece})

    def outcome(self, *, cause: Literal["cancelled", "error"] | None = None) -> Outcome:
        """Return the answer as a call keeps it, also one that broke off."""
        if self._answering is None or self._reading is None:
            told = {**self._known(), "searched_for": self._text, "n_passages": 0, "language": None}
            return Outcome([{**told, **_NOTHING, "finish": cause}])
        answer = self._answering.answer
        has_asked = self._desk.client is not None and bool(answer.usage.n_input_tokens or answer.usage.n_output_tokens)
        output = {
            **self._meta(self._reading),
            "answer": answer.text,
            "citations": [citation.document() for citation in answer.citations],
            "abstained": answer.abstained,
            "withdrawn": answer.withdrawn,
            "nearest": answer.nearest,
            "is_off_subject": answer.is_off_subject,
            "unsupported": answer.unsupported,
            "finish": cause or answer.finish,
        }
        return Outcome(
            [output],
            warnings=list(self._reading.notes),
            n_input_tokens=answer.usage.n_input_tokens if has_asked else None,
            n_output_tokens=answer.usage.n_output_tokens if has_asked else None,
            cost_usd=answer.usage.cost_usd if has_asked else None,
        )

    def _meta(self, reading: Reading) -> dict[str, Any]:
        return {
            **self._known(),
            "searched_for": reading.retrieved.searched_for,
            "n_passages": len(reading.grounds),
            "language": reading.language,
        }

    def _known(self) -> dict[str, Any]:
        info = self._desk.client.info if self._desk.client else None
        llm = (
            {"provider_kind": info.provider_kind, "name": info.name, "is_scripted": info.is_scripted} if info else None
        )
        return {
            "question": self._text,
            "strategy": "llm" if info else "extractive",
            "llm": llm,
            "collection_version": self._desk.version,
        }


_NOTHING: dict[str, Any] = {
    "answer": "",
    "citations": [],
    "abstained": False,
    "withdrawn": False,
    "nearest": [],
    "is_off_subject": False,
    "unsupported": [],
}


async def in_reader(work: Callable[[], T]) -> T:
    """Do blocking work in one of a few threads; whoever is cancelled does not wait for its end."""
    return await asyncio.get_running_loop().run_in_executor(_readers(), work)


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(READERS, thread_name_prefix="reader")
