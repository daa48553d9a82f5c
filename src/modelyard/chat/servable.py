"""What an endpoint stands before when it serves a collection."""

from typing import Any, ClassVar, Literal

from modelyard.endpoints.servable import Servable
from modelyard.kernel.context import Context
from modelyard.kernel.kinds import Parameter

LONGEST_QUESTION = 4_000
"""Characters."""
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
