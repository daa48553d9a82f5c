"""What a bundle ships, the same for every platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from modelyard.endpoints.alone.variable import Variable

__all__ = ["Subject", "Variable"]


@dataclass(frozen=True)
class Subject:
    """The whole yard, or one endpoint with a page of its own."""

    slug: str
    """Letters, digits and hyphens: the name of a Space or a service."""
    title: str
    summary: str
    """A sentence, for the Space's card."""
    requirements: tuple[str, ...]
    """`name==version` of all that is installed beside the wheel."""
    command: tuple[str, ...]
    """What becomes the server; it listens on `HOST` and `PORT`."""
    health_path: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What the image holds beside the code: a model's archive, an index. Paths below the bundle's folder."""
    wheel: tuple[str, bytes] | None = None
    """File name and bytes of the package to install."""
    pages: Mapping[str, bytes] = field(default_factory=dict)
    """The exported browser pages, for a host that serves only them."""
    environment: tuple[Variable, ...] = ()
    """Names that whoever deploys it sets."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Names and values that the image sets itself."""
    apt: tuple[str, ...] = ()
    """Debian packages that the libraries need at run time."""
    needs_database: bool = False
    notes: tuple[str, ...] = ()
    """Sentences for its README: what is in it, and what is not."""
    python: str = "3.11"
    """The version of the image: the one that the requirements were tried with."""
