"""The provider whose answers were recorded elsewhere."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.llm.errors import LlmRefusedRequest
from modelyard.llm.prices import estimated_tokens
from modelyard.llm.provider import Access, End, Message, Piece, Provider, Text, Usage, Wish
from modelyard.llm.providers.scripted import drawn_seconds
from modelyard.llm.recorded_answers import Recording, bundled, read_recording

_WORDS = re.compile(r"\s*\S+")


class Recorded(Provider):
    """Says what was recorded elsewhere: real answers of a real LLM, without a key and without a network.

    A recording is a file of questions, each with its completions by name, such as `naive` and `cot` for two ways of
    asking. The question is found in the request, in the last message that holds one; of several it is the one that
    stands last. `choose` says by which words a request asks for which completion; a request with none of them gets the
    first. What is not in the recording is refused. A completion is said whole, whatever `max_tokens` is, and the same
    each time. With `bbh` 1250 questions of BIG-Bench Hard come with the product, answered by code-davinci-002
    (Suzgun et al. 2022, MIT licence).
    """

    kind: Literal["recorded"] = "recorded"
    recording: Literal["bbh", "file"] = Parameter(
        "bbh", description="What is said: a recording that comes with the product, or a file of your own."
    )
    file: str = Parameter(
        "",
        max_length=1_000,
        when={"recording": ["file"]},
        description="Path of the file on the server: JSONL, also packed by gzip, a line each of "
        '{"question": "…", "completions": {"naive": "…", "cot": "…"}}.',
    )
    choose: dict[str, str] = Parameter(
        {"cot": "step by step"},
        description="Name of a completion and the words of a request that ask for it, tried from the first.",
    )
    seconds_to_first: float = Parameter(0.0, ge=0, le=600, unit="s", description="Time until the first word.")
    seconds_spread: float = Parameter(
        0.0, ge=0, le=600, unit="s", description="How much more or less that time may be, drawn for each answer."
    )
    seconds_per_word: float = Parameter(0.0, ge=0, le=60, unit="s", description="Time from each word to the next.")

    title: ClassVar[str] = "Recorded"
    group: ClassVar[str] = "demonstrate"
    icon: ClassVar[str] = "cassette-tape"
    is_scripted: ClassVar[bool] = True

    @model_validator(mode="after")
    def _has_a_file(self) -> Self:
        if (self.recording == "file") != bool(self.file):
            raise ValueError("State a file just when the recording is a file of your own.")
        return self

    @property
    def name(self) -> str:
        """Return what stands where the name of an LLM stands."""
        return "code-davinci-002 (recorded)" if self.recording == "bbh" else "recorded"

    def check(self, access: Access) -> None:
        """Raise Invalid for a file that is not there or is no recording, and for names that it does not have."""
        names = self._recording(access).names
        absent = next((name for name in self.choose if name not in names), None)
        if absent is not None:
            message = f"The recording has no completions called {absent!r}; it has: {', '.join(names)}."
            raise Invalid(message, fields=[FieldError(("provider", "choose"), message)])

    def trial(self, access: Access) -> str:
        """Return a question that was recorded."""
        return next(iter(self._recording(access).completions))

    async def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        """Say what was recorded for the question of the request; raise LlmRefusedRequest for one that was not."""
        recording = await asyncio.to_thread(self._recording, access)
        text = self._completion(recording, messages)
        await asyncio.sleep(drawn_seconds(self.seconds_to_first, self.seconds_spread))
        for number, piece in enumerate(_WORDS.findall(text) if self.seconds_per_word and text.strip() else [text]):
            if number:
                await asyncio.sleep(self.seconds_per_word)
            yield Text(piece)
        n_input_tokens = sum(estimated_tokens(message.text) for message in messages)
        yield End("stop", Usage(n_input_tokens, estimated_tokens(text), is_estimated=True))

    def _completion(self, recording: Recording, messages: Sequence[Message]) -> str:
        question = next((found for each in reversed(messages) if (found := recording.question_in(each.text))), None)
        if question is None:
            raise LlmRefusedRequest("The request has no question that was recorded.", hint="Ask one that was.")
        asked = "\n".join(message.text for message in messages).lower()
        name = next((name for name, words in self.choose.items() if words.lower() in asked), None)
        said = recording.completions[question]
        if name is None:
            return next(iter(said.values()))
        if name not in said:
            raise LlmRefusedRequest(f"For this question no completion called {name!r} was recorded.")
        return said[name]

    def _recording(self, access: Access) -> Recording:
        if self.recording == "bbh":
            return bundled("bbh")
        if not access.settings.allows_folders:
            raise _bad_file("Recordings are not read from files of this server.")
        try:
            return read_recording(Path(self.file).expanduser())
        except Invalid as error:
            raise _bad_file(error.message) from None


def _bad_file(message: str) -> Invalid:
    hint = 'Write a line each of objects such as {"question": "Capital of France?", "completions": {"naive": "Paris"}}.'
    return Invalid(message, hint=hint, fields=[FieldError(("provider", "file"), message)])
