"""The Servable family: whatever can be called from outside registers here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from modelyard.endpoints.alone.variable import Variable
from modelyard.endpoints.turns import Asked, Turn
from modelyard.kernel.context import Actor, Context, Scope
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Kind, family
from modelyard.kernel.yard import Yard

MAX_ASKED_INPUTS = 50
"""Inputs of one call to what asks an LLM: each is a request that somebody waits for."""
Door = Literal["api", "gradio"]
"""How a service of its own is reached: an API with a page, or the page that a Space with the SDK Gradio runs."""


@dataclass(frozen=True)
class Took:
    """What an LLM took for the answers of one call."""

    n_input_tokens: int
    n_output_tokens: int
    cost_usd: float | None
    """None: nobody knows the price."""


@dataclass(frozen=True)
class Answers:
    """What one call gives: one output per input, in order, and sentences worth knowing."""

    outputs: list[dict[str, Any]]
    warnings: list[str] = field(default_factory=list)
    took: Took | None = None
    """None: no LLM was asked."""


@dataclass(frozen=True)
class Packed:
    """Something servable as a small service of its own, that needs neither the yard nor a database."""

    files: Mapping[str, bytes]
    """By path below the service's folder."""
    requirements: tuple[str, ...]
    """The libraries that it imports, as pip takes them; what they need in turn is left to whoever installs."""
    program: str
    """The Python file that is started; it listens on `HOST` and `PORT`, answers `/health` and shows a page."""
    summary: str
    """A few words on what it is, without a full stop."""
    apt: tuple[str, ...] = ()
    """Debian packages that the libraries need at run time."""
    notes: tuple[str, ...] = ()
    """Sentences on what is in it and what is not."""
    environment: tuple[Variable, ...] = ()
    """Names that it reads beside those of every service."""
    bare: tuple[str, ...] = ()
    """More libraries, to be installed without what they ask for in turn: nothing of that is called."""


class Servable(Kind):
    """Something an Endpoint can stand before."""

    scope: ClassVar[Scope] = "models:write"
    """What an actor needs to put an endpoint before it, and to take it away again."""
    streams: ClassVar[bool] = False
    """Whether it answers one question at a time, piece by piece, in a conversation."""
    asks_others: ClassVar[bool] = False
    """Whether its answers come from an LLM that is waited for: then `answer_from_others` gives them."""

    @property
    def subject(self) -> str:
        """Return the id of what is served."""
        raise NotImplementedError

    @property
    def served_version(self) -> int | None:
        """Return the number of the version that answers; None for what has no versions."""
        return None

    def at(self, ctx: Context, version: int) -> "Servable":
        """Return another version of what is served; raise Invalid when there is none of that number."""
        message = "What this endpoint serves has no versions."
        raise Invalid(message, hint="Call it without `version`.", fields=[FieldError(("version",), message)])

    def signature(self, ctx: Context) -> dict[str, Any]:
        """Return the inputs and outputs, as the form and the docs show them."""
        raise NotImplementedError

    def reasons(self, ctx: Context, inputs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return for each input why it is answered as it is (documents of schemas.WhyOut); raise Invalid."""
        message = "What this endpoint serves gives no reasons."
        raise Invalid(message, hint="Call it without `explain`.", fields=[FieldError(("explain",), message)])

    def answer(self, ctx: Context, inputs: Sequence[dict[str, Any]]) -> Answers:
        """Answer each input; raise Invalid with paths `["inputs", i, column]`."""
        raise NotImplementedError

    def answer_from_others(self, yard: Yard, actor: Actor, inputs: Sequence[dict[str, Any]]) -> Answers:
        """Answer each input with no database held while somebody else is waited for; raise as `answer` does.

        Only of what `asks_others`.
        """
        raise NotImplementedError

    def pack(
        self, ctx: Context, *, endpoint_id: str, name: str, not_sure_below: float | None, door: Door = "api"
    ) -> Packed:
        """Return it as a service of its own under this name and id; raise Invalid for what cannot be one."""
        message = f"{self.title} cannot be bundled as a service of its own yet."
        raise Invalid(message, hint="Bundle the whole yard: leave --endpoint out.")

    def begin(self, yard: Yard, ctx: Context, asked: Asked) -> Turn:
        """Check one question and return its turn, not begun; raise what can be refused before anything is sent.

        Only of what `streams`. `ctx` may write and ends with this; the turn opens contexts of `yard` when it needs one.
        """
        raise NotImplementedError


def answers_in_pieces(kind: str) -> bool:
    """Say whether what is served under this name streams; False for a kind that is not installed."""
    found = family("servable").get(kind)
    return found is not None and found.streams
