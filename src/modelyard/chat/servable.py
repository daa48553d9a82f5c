"""What an endpoint stands before when it serves a collection."""

from typing import Any, ClassVar, Literal

from modelyard.chat.answering.asked import LONGEST_QUESTION, question_of
from modelyard.chat.answering.settings import AnswerSettings
from modelyard.endpoints.servable import Door, Packed, Servable
from modelyard.endpoints.turns import Asked, Turn
from modelyard.kernel.context import Context, Scope
from modelyard.kernel.kinds import Parameter
from modelyard.kernel.yard import Yard

__all__ = ["LONGEST_QUESTION", "SIGNATURE", "CollectionServable"]

SIGNATURE: dict[str, Any] = {
    "inputs": [
        {
            "name": "question",
            "kind": "text",
            "dtype": "string",
            "required": True,
            "categories": [],
            "minimum": None,
            "maximum": None,
            "example": "How do I begin?",
        }
    ],
    "output": {"name": "answer", "classes": None},
    "ignored": [],
}
"""What goes in and comes out, in the words that the signature of a model has."""


class CollectionServable(Servable):
    """A collection of documents: a question in, an answer with exact citations out."""

    title: ClassVar[str] = "Collection"
    icon: ClassVar[str] = "library"
    scope: ClassVar[Scope] = "collections:write"
    streams: ClassVar[bool] = True

    kind: Literal["collection"] = "collection"
    collection: str = Parameter(description="The collection's id.", max_length=32)

    @property
    def subject(self) -> str:
        """Return the collection's id."""
        return self.collection

    def signature(self, ctx: Context) -> dict[str, Any]:
        """Return the question and the answer, as the form and the docs show them."""
        return SIGNATURE

    def pack(
        self, ctx: Context, *, endpoint_id: str, name: str, not_sure_below: float | None, door: Door = "api"
    ) -> Packed:
        """Return the collection, as it is now, as a service of its own; raise Conflict when nothing is indexed yet."""
        from modelyard.chat.alone.packing import pack_collection

        return pack_collection(ctx, SIGNATURE, self.collection, endpoint_id=endpoint_id, name=name, door=door)

    def begin(self, yard: Yard, ctx: Context, asked: Asked) -> Turn:
        """Check the question and its conversation; raise Invalid, and NotFound for a conversation of another reader."""
        from modelyard.chat.answering.desk import Desk
        from modelyard.chat.answering.turn import ChatTurn
        from modelyard.chat.ownership import owned_collection
        from modelyard.chat.sessions.verbs import begin_session, go_on, past_turns

        question = question_of(asked.inputs)
        collection = owned_collection(ctx, self.collection)
        desk = Desk.of(yard, ctx, collection)
        if not asked.keeps_session:
            return ChatTurn(desk, question, session_id=None)
        if asked.session_id is None:
            title = question.question.strip() or (question.selection.text if question.selection else "")
            session = begin_session(ctx, asked.endpoint_id, asked.reader, title=title)
            return ChatTurn(desk, question, session_id=session.id)
        session = go_on(ctx, asked.endpoint_id, asked.reader, asked.session_id)
        n = AnswerSettings.model_validate(collection.answering).n_past_turns
        return ChatTurn(desk, question, session_id=session.id, history=past_turns(ctx, session.id, limit=n))
