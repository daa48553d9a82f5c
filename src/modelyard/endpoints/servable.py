"""The Servable family: whatever can be called from outside registers here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from modelyard.kernel.context import Context
from modelyard.kernel.kinds import Kind


@dataclass(frozen=True)
class Answers:
    """What one call gives: one output per input, in order, and sentences worth knowing."""

    outputs: list[dict[str, Any]]
    warnings: list[str] = field(default_factory=list)


class Servable(Kind):
    """Something an Endpoint can stand before."""

    @property
    def subject(self) -> str:
        """Return the id of what is served."""
        raise NotImplementedError

    def signature(self, ctx: Context) -> dict[str, Any]:
        """Return the inputs and outputs, as the form and the docs show them."""
        raise NotImplementedError

    def answer(self, ctx: Context, inputs: Sequence[dict[str, Any]]) -> Answers:
        """Answer each input; raise Invalid with paths `["inputs", i, column]`."""
        raise NotImplementedError
