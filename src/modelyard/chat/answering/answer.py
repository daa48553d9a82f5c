"""The answer to one question: abstained, made of excerpts, or given by an LLM and checked while it comes."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

from modelyard.chat.answering.abstaining import MOST_OFFERED, not_found
from modelyard.chat.answering.citations import Citation, Ground
from modelyard.chat.answering.composing import Composer
from modelyard.chat.answering.extracting import extracts
from modelyard.chat.answering.prompting import NOT_FOUND, PastTurn, messages_for, new_mark
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.chat.answering.subject import is_off_subject
from modelyard.chat.passages import Retrieved
from modelyard.llm.client import Client
from modelyard.llm.errors import LlmUnavailable
from modelyard.llm.prices import estimated_tokens, priced
from modelyard.llm.provider import End, Message, Text, Usage, Wish

Strategy = Literal["llm", "extractive"]
AnswerFinish = Literal["stop", "length", "abstained", "filtered", "cancelled", "error"]
_FINISHES: dict[str, AnswerFinish] = {"length": "length", "filtered": "filtered"}
_QUIET = " \t\n\"'`*_.[]()"


@dataclass(frozen=True)
class Reading:
    """What an answer is made of."""

    question: str
    """As it was asked."""
    whole: str
    """Made whole with the conversation when it was a follow-up."""
    retrieved: Retrieved
    grounds: tuple[Ground, ...]
    settings: AnswerSettings
    history: tuple[PastTurn, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences worth knowing about how it was searched."""
    is_only_selection: bool = False
    """Whether a text was selected and nothing asked about it."""

    @property
    def has_selection(self) -> bool:
        """Whether the reader selected text to ask about."""
        return any(ground.is_selection for ground in self.grounds)

    @property
    def language(self) -> str | None:
        """The language of the question, else that of the best passage."""
        return self.retrieved.language or (self.grounds[0].language if self.grounds else None)

    def to_extract(self) -> tuple[str, str, tuple[Ground, ...]]:
        """Return the question, the question made whole, and the passages that excerpts are taken from.

        Of a selection without a question nothing is told by quoting it back: what is like it elsewhere is.
        """
        others = tuple(ground for ground in self.grounds if not ground.is_selection)
        if self.is_only_selection and others:
            selected = self.grounds[0].passage.text
            return selected, selected, others
        return self.question, self.whole, self.grounds

    @property
    def is_hopeless(self) -> bool:
        """Whether the evidence is too weak for an answer; a selection is evidence itself."""
        if not self.grounds:
            return True
        return not self.has_selection and self.settings.evidence(self.retrieved.evidence) < self.settings.answer_from


@dataclass
class Answer:
    """What came of a question so far; whole when `finish` is set."""

    retrieved: Retrieved
    strategy: Strategy
    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    abstained: bool = False
    withdrawn: bool = False
    """Whether something was said that turned out to rest on nothing, and `text` stands in its place."""
    unsupported: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    finish: AnswerFinish | None = None
    seconds: float = 0.0
    """From the question to the end of the answer."""

    @property
    def nearest(self) -> list[list[str]]:
        """Heading paths to offer when there is no answer."""
        return [list(path) for path in self.retrieved.nearest_headings[:MOST_OFFERED]] if self.abstained else []

    @property
    def is_off_subject(self) -> bool:
        """Whether it was not answered because the documents are about something else."""
        return self.abstained and is_off_subject(self.retrieved.evidence)

    def abstain(self) -> str:
        """Say that there is no answer, whatever was said before, and return that."""
        language = self.retrieved.language
        self.text = not_found(self.retrieved.searched_for, self.retrieved.nearest_headings, language)
        self.citations, self.unsupported, self.abstained, self.finish = [], [], True, "abstained"
        return self.text


class Answering:
    """Makes one answer; `answer` is what there is of it, also when it broke off."""

    def __init__(self, reading: Reading, client: Client | None, *, usage: Usage | None = None) -> None:
        self._reading, self._client = reading, client
        self._before = usage or Usage()
        """What making the question whole took."""
        self.answer = Answer(reading.retrieved, "llm" if client else "extractive", usage=self._before)

    async def pieces(self) -> AsyncGenerator[str | Citation, None]:
        """Yield text, and each citation before its mark; raise the errors of LLMs. At the end `answer` is whole.

        An answer that turns out to rest on nothing is withdrawn: then `answer.text` is not what was yielded.
        """
        if self._reading.is_hopeless:
            yield self.answer.abstain()
        elif self._client is None:
            for out in self._extracted():
                yield out
        else:
            async with aclosing(self._written(self._client)) as pieces:
                async for out in pieces:
                    yield out

    def _extracted(self) -> list[str | Citation]:
        reading, answer = self._reading, self.answer
        outs = list(extracts(*reading.to_extract(), reading.language))
        if not outs:
            return [answer.abstain()]
        answer.text = "".join(out for out in outs if isinstance(out, str))
        answer.citations = [out for out in outs if isinstance(out, Citation)]
        answer.finish = "stop"
        return outs

    async def _written(self, client: Client) -> AsyncGenerator[str | Citation, None]:
        reading, answer, mark = self._reading, self.answer, new_mark()
        composer = Composer(
            reading.grounds,
            question=reading.whole,
            language=reading.language,
            supported_from=reading.settings.supported_from,
            secret=mark,
        )
        composed = composer.composed
        answer.citations, answer.unsupported = composed.citations, composed.unsupported
        instructions = reading.settings.instructions
        messages = messages_for(reading.whole, reading.grounds, reading.history, mark=mark, instructions=instructions)
        opening: str | None = ""
        said: list[str] = []
        try:
            settings = reading.settings
            wish = Wish(max_tokens=settings.max_answer_tokens, temperature=settings.temperature)
            async with aclosing(client.complete(messages, wish)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, End):
                        answer.usage, answer.finish = (
                            added(self._before, piece.usage),
                            _FINISHES.get(piece.finish, "stop"),
                        )
                    elif isinstance(piece, Text):
                        said.append(piece.text)
                        text, opening = _opened(opening, _storable(piece.text))
                        for out in composer.feed(text):
                            answer.text = composed.text
                            yield out
                    if composer.is_looping:
                        break
        finally:
            if answer.finish is None and said:  # it broke off: nobody told what it took
                answer.usage = added(self._before, _estimated(client, messages, said))
        answer.finish = answer.finish or "stop"
        if opening is not None and _says_not_found(opening):
            yield answer.abstain()
            return
        for part in (composer.feed(opening or ""), composer.end()):
            for out in part:
                answer.text = composed.text
                yield out
        if not composed.text.strip():
            raise LlmUnavailable(f"{client.info.name} gave an empty answer.")
        if composed.is_unbacked:
            answer.withdrawn = True
            answer.abstain()


def _estimated(client: Client, messages: Sequence[Message], said: Sequence[str]) -> Usage:
    n_input_tokens = sum(estimated_tokens(message.text) for message in messages)
    usage = Usage(n_input_tokens, estimated_tokens("".join(said)), is_estimated=True)
    return priced(client.provider, usage)


def added(first: Usage, second: Usage) -> Usage:
    """Return what two requests took together; the cost is unknown when one of them is."""
    is_nothing = not first.n_input_tokens and not first.n_output_tokens
    costs = (second.cost_usd,) if is_nothing else (first.cost_usd, second.cost_usd)
    known = [cost for cost in costs if cost is not None]
    return Usage(
        n_input_tokens=first.n_input_tokens + second.n_input_tokens,
        n_output_tokens=first.n_output_tokens + second.n_output_tokens,
        cost_usd=sum(known) if len(known) == len(costs) else None,
        is_estimated=first.is_estimated or second.is_estimated,
    )


def _opened(opening: str | None, piece: str) -> tuple[str, str | None]:
    """Hold the beginning back while it may say that nothing was found; return what to read on, and what is held.

    Held is None once the answer has begun.
    """
    if opening is None:
        return piece, None
    held = opening + piece
    said = held.lstrip(_QUIET)
    may_be = NOT_FOUND.startswith(said[: len(NOT_FOUND)].upper()) and len(held) < 4_000
    return ("", held) if may_be else (held, None)


def _storable(text: str) -> str:
    """Return what an LLM wrote without what no database keeps: NUL and half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _says_not_found(opening: str) -> bool:
    return opening.lstrip(_QUIET).upper().startswith(NOT_FOUND)
