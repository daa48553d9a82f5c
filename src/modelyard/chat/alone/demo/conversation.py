"""Questions of visitors, one after the other: checked, counted, answered as HTML or as a document."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from modelyard.chat.alone.demo.shown import answer_html, citation_html
from modelyard.chat.alone.service.answering import answered, told
from modelyard.chat.alone.service.collection import ServedCollection
from modelyard.chat.alone.service.shapes import LONGEST_EARLIER, LONGEST_HEADING, MOST_EARLIER, Earlier
from modelyard.chat.answering.turn import ChatTurn, in_reader
from modelyard.endpoints.alone.gradio_page import sentence_of
from modelyard.endpoints.alone.visitors import PerMinute
from modelyard.kernel.errors import Invalid, ModelyardError, TooManyRequests

Turns = list[dict[str, Any]]
"""What was said, the oldest first: documents of shapes.Earlier."""
_EARLIER = TypeAdapter(list[Earlier])


@dataclass(frozen=True)
class Conversations:
    """What is asked of a collection; nothing is kept here, the page holds what was said."""

    served: ServedCollection
    allowed: PerMinute

    async def shown(self, question: str, past: Turns, *, visitor: str) -> AsyncGenerator[tuple[str, Turns], None]:
        """Yield the answer as HTML as it grows, and the turns with it; what is refused is said in a sentence."""
        without_answer = [*past, {"question": question}]
        try:
            turn = self._turn(question, past, visitor)
        except ModelyardError as error:
            yield answer_html("", note=sentence_of(error)), without_answer
            return
        said = ""
        async for event in told(turn):
            if event.name == "delta":
                said += event.data["text"]
                yield answer_html(said), without_answer
            elif event.name == "error":
                note = " ".join(filter(None, (event.data["detail"], event.data["hint"])))
                yield answer_html(said, note=note), without_answer
            elif event.name == "done":
                done = event.data
                yield await in_reader(lambda: self._whole(done)), [*past, _earlier(question, done)]  # noqa: B023 — awaited here

    async def document(self, question: str, history: Turns, *, visitor: str) -> dict[str, Any]:
        """Return the answer as programs take it (shapes.Answered); raise ModelyardError."""
        return await answered(self._turn(question, history, visitor))

    def _turn(self, question: str, past: Turns, visitor: str) -> ChatTurn:
        if seconds := self.allowed.take(visitor):
            message = "These are more questions in a minute than one visitor may ask."
            raise TooManyRequests(message, hint=f"Wait {seconds} s.")
        try:
            history = _EARLIER.validate_python(past[-MOST_EARLIER:])
        except ValidationError as error:
            message = "The history is not in the shape that is expected."
            raise Invalid(message, hint="Send objects with question, answer and headings, or none.") from error
        return self.served.turn([{"question": question}], history)

    def _whole(self, done: dict[str, Any]) -> str:
        cited = [self._citation(citation) for citation in done["citations"]]
        unsupported = f"The documents do not say: {' '.join(done['unsupported'])}" if done["unsupported"] else ""
        return answer_html(done["answer"], cited, " ".join(filter(None, (*done["warnings"], unsupported))))

    def _citation(self, citation: dict[str, Any]) -> str:
        document = citation["document_id"]
        around = self.served.around(document, citation["start"], citation["end"]) if document else None
        return citation_html(citation, around)


def shown_turns(turns: Turns, shown: Sequence[Any]) -> Turns:
    """Return the turns that the page shows still: a reader may have taken questions back."""
    return turns[: sum(one["role"] == "user" for one in shown)]


def _earlier(question: str, done: dict[str, Any]) -> dict[str, Any]:
    headings = [(citation["headings"] or [citation["title"]])[-1][:LONGEST_HEADING] for citation in done["citations"]]
    answer = "" if done["abstained"] else done["answer"][:LONGEST_EARLIER]
    return Earlier(question=question, answer=answer, headings=headings).model_dump()
