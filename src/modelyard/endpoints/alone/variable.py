"""A name that a service, or the whole yard, reads from its environment."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Variable:
    """One name that the thing reads from its environment."""

    name: str
    kind: Literal["secret", "variable"]
    is_required: bool
    meaning: str
    """A sentence: what it is and where it comes from."""
    example: str = ""
    is_random: bool = False
    """A long random text that a platform may make by itself."""
