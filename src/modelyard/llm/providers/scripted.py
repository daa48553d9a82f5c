"""The provider whose answers are written beforehand."""

import asyncio
import hashlib
import json
import random
import re
import time
from collections.abc import AsyncGenerator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.llm.errors import LlmBusy, LlmRefusedKey, LlmRefusedRequest, LlmUnavailable
from modelyard.llm.prices import estimated_tokens
from modelyard.llm.provider import Access, Embedded, End, Message, Piece, Provider, Text, TextIs, ToolCall, Usage, Wish

if TYPE_CHECKING:
    import regex  # type: ignore[import-untyped]

Failure = Literal["none", "401", "429", "500", "half", "garbage"]
_WORDS = re.compile(r"\s*\S+")
MATCH_SECONDS = 0.25
"""For all lines of a script together: a pattern can take longer than anybody lives."""
PROBED_LETTERS = 2_000
"""Of the texts that patterns are tried on when a script is saved."""


class Line(BaseModel):
    """One answer of a script: given when `when` (a regular expression) is found in the last message."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    when: str = Field("", max_length=2_000)
    """Regular expression, upper and lower case alike; empty: always."""
    say: str = ""
    """The answer; `\\\\1` and `\\\\g<name>` stand for what the groups of `when` found."""
    tool: str | None = None
    """A tool to ask for instead, with `arguments`."""
    arguments: dict[str, Any] = {}
    fail: Failure = "none"
    """How this answer fails."""

    @field_validator("when")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        import regex

        try:
            regex.compile(value, _flags())
        except regex.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from None
        return value

    def found(self, asked: str, *, seconds: float) -> "regex.Match[str] | None":
        """Return where `when` is found; raise TimeoutError after so many seconds. Others of the process go on."""
        import regex

        return regex.compile(self.when, _flags()).search(asked, timeout=max(seconds, 0.001), concurrent=True)

    @property
    def is_slow(self) -> bool:
        """Whether its pattern takes too long on a text that nearly fits, as `(a+)+b` does on many times `a`."""
        letters = sorted({letter for letter in self.when if letter.isalnum()})[:10]
        until = time.monotonic() + MATCH_SECONDS
        try:
            for letter in [*letters, " ", "a", "0"]:
                self.found(letter * PROBED_LETTERS + "\x01", seconds=until - time.monotonic())
        except TimeoutError:
            return True
        return False


class Scripted(Provider):
    """Answers that are written beforehand, for tests and demonstrations; pages always say that they are scripted.

    The script is a list of lines, or a file of them (a JSON list, or JSONL): the first line whose `when` is found in
    the last message is said, word by word, `seconds_per_word` apart. When a collection is asked, its passages stand in
    that message too, above the question. A last message that no line is for is answered with `otherwise`. A pattern
    that takes too long is refused when it is saved. Failures are those that real providers have: a refused key (401),
    no room (429), a fault (500), an answer that breaks off (half), and one that cannot be read (garbage);
    `fail_fraction` says how many requests fail.
    """

    kind: Literal["scripted"] = "scripted"
    lines: tuple[Line, ...] = Parameter(
        (), description="Answers, tried from the first: when (a regular expression), say, tool, arguments, fail."
    )
    file: str = Parameter("", description="Path of a JSON or JSONL file of further lines, on the server.")
    otherwise: str = Parameter(
        "There is no line for this in the script.", description="What is said when no line fits."
    )
    seconds_to_first: float = Parameter(0.0, ge=0, le=600, unit="s", description="Time until the first word.")
    seconds_spread: float = Parameter(
        0.0, ge=0, le=600, unit="s", description="How much more or less that time may be, drawn for each answer."
    )
    seconds_per_word: float = Parameter(0.0, ge=0, le=60, unit="s", description="Time from each word to the next.")
    fail: Failure = Parameter("none", description="How requests fail.")
    fail_fraction: float = Parameter(1.0, ge=0, le=1, description="Share of requests that fail so, drawn at random.")
    size: int = Parameter(64, ge=2, le=4096, advanced=True, description="Length of the vectors it makes of words.")

    title: ClassVar[str] = "Scripted"
    group: ClassVar[str] = "demonstrate"
    icon: ClassVar[str] = "clapperboard"
    embeds: ClassVar[bool] = True
    is_scripted: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """Return what stands where the name of an LLM stands."""
        return "scripted"

    @property
    def dimensions(self) -> int:
        """Return how long its vectors are."""
        return self.size

    def check(self, access: Access) -> None:
        """Raise Invalid for a file that is not there or is no script."""
        if self.file and not access.settings.allows_folders:
            raise _bad_file("Scripts are not read from files of this server.")
        for line in self._script(access):
            if line.is_slow:
                message = f"The pattern {line.when!r} takes too long on some texts."
                hint = "Leave out repetitions within repetitions, such as (a+)+."
                raise Invalid(message, hint=hint, fields=[FieldError(("provider", "lines"), message)])

    async def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        """Say the first line that fits, word by word."""
        # In a thread: a pattern may take its time, and the answers of others go on meanwhile.
        line, text = await asyncio.to_thread(self._answer, messages[-1].text if messages else "", access)
        failure = line.fail if line.fail != "none" else self._drawn_failure()
        await asyncio.sleep(drawn_seconds(self.seconds_to_first, self.seconds_spread))
        _fail_at_once(failure)
        n_input_tokens = sum(estimated_tokens(message.text) for message in messages)
        if line.tool is not None:
            yield ToolCall(id="scripted", name=line.tool, arguments=line.arguments)
            yield End("tool", Usage(n_input_tokens, estimated_tokens(line.tool), is_estimated=True))
            return
        words = _WORDS.findall(text) or [text]
        allowed = words[: wish.max_tokens]
        for number, word in enumerate(allowed):
            if failure == "half" and number >= len(allowed) / 2:
                raise LlmUnavailable("The scripted LLM broke off in the middle of its answer.")
            if number:
                await asyncio.sleep(self.seconds_per_word)
            yield Text(word)
        usage = Usage(n_input_tokens, len(allowed), is_estimated=True)
        yield End("stop" if len(allowed) == len(words) else "length", usage)

    def embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        """Return vectors of hashed words: texts that share words are near each other, and nothing else is meant."""
        _fail_at_once(self._drawn_failure())
        import numpy as np

        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
                vectors[row, int.from_bytes(digest[:4], "big") % self.size] += 1 if digest[4] % 2 else -1
            if not vectors[row].any():
                vectors[row, 0] = 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Embedded(vectors, Usage(sum(map(estimated_tokens, texts)), is_estimated=True))

    def _answer(self, asked: str, access: Access) -> tuple[Line, str]:
        until = time.monotonic() + MATCH_SECONDS
        for line in self._script(access):
            try:
                found = line.found(asked, seconds=until - time.monotonic())
            except TimeoutError:
                raise LlmRefusedRequest(
                    f"The pattern {line.when!r} of the script takes too long.", hint="Write a simpler one in its place."
                ) from None
            if found:
                return line, found.expand(line.say) if line.when else line.say
        return Line(say=self.otherwise), self.otherwise

    def _script(self, access: Access) -> tuple[Line, ...]:
        if not self.file:
            return self.lines
        path = Path(self.file).expanduser()
        try:
            changed_at = path.stat().st_mtime_ns
        except OSError as error:
            raise _bad_file(f"{self.file!r} cannot be read: {error.strerror}.") from None
        return self.lines + _lines_of(path, changed_at)

    def _drawn_failure(self) -> Failure:
        is_drawn = self.fail_fraction >= 1 or random.random() < self.fail_fraction
        return self.fail if is_drawn else "none"


def drawn_seconds(middle: float, spread: float) -> float:
    """Return a time drawn evenly from `middle` ± `spread`, never below 0."""
    return max(0.0, middle + random.uniform(-spread, spread)) if spread else middle


def _flags() -> int:
    """Return how patterns are read: as the `re` of Python reads them, so that older scripts mean what they meant."""
    import regex

    return int(regex.V0 | regex.IGNORECASE | regex.DOTALL)


def _fail_at_once(failure: Failure) -> None:
    if failure == "401":
        raise LlmRefusedKey("The scripted LLM refuses the key.")
    if failure == "429":
        raise LlmBusy("The scripted LLM has no room now.")
    if failure in ("500", "garbage"):
        what = "has a fault" if failure == "500" else "answered what cannot be read"
        raise LlmUnavailable(f"The scripted LLM {what}.")


@lru_cache(maxsize=16)
def _lines_of(path: Path, _changed_at: int) -> tuple[Line, ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        documents = json.loads(text) if text.lstrip().startswith("[") else [json.loads(row) for row in _rows(text)]
        return tuple(Line.model_validate(document) for document in documents)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _bad_file(f"{path.name} is no script: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise _bad_file(f"{path.name} is no script: {error}.") from None


def _rows(text: str) -> list[str]:
    return [row for row in text.splitlines() if row.strip()]


def _bad_file(message: str) -> Invalid:
    hint = 'Write a JSON list, or a line each, of objects such as {"when": "capital of France", "say": "Paris."}.'
    return Invalid(message, hint=hint, fields=[FieldError(("provider", "file"), message)])
