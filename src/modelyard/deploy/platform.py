"""The Platform family: each knows how one host is told what to build, run and keep."""

from typing import Any, ClassVar, Literal

from modelyard.deploy.finding import Platform as Audited
from modelyard.deploy.subject import Subject, Variable
from modelyard.endpoints.servable import Door
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Kind, family

Takes = Literal["yard", "endpoint"]
Part = Literal["all", "worker"]


class Platform(Kind):
    """Base of the platforms. Its fields are what a person chooses: names, hosts, plans."""

    audited_as: ClassVar[Audited | None] = None
    """Whose rules a bundle for it is held against; None when it is nobody's in particular."""
    takes: ClassVar[tuple[Takes, ...]] = ("yard", "endpoint")
    """What can be bundled for it."""
    part: ClassVar[Part] = "all"
    """What of the yard runs there: all of it, or a worker that executes the runs of a yard elsewhere."""
    door: ClassVar[Door] = "api"
    """How one endpoint is reached there."""

    @classmethod
    def card_extra(cls) -> dict[str, Any]:
        """Add what can be bundled for it."""
        return {"takes": list(cls.takes)}

    def check(self, what: Takes) -> None:
        """Raise Invalid when this is not bundled for it, or a parameter that it needs is missing."""
        if what not in self.takes:
            words = {"yard": "the whole yard", "endpoint": "one endpoint"}
            raise Invalid(
                f"{self.title} takes {' or '.join(words[one] for one in self.takes)}, not {words[what]}.",
                hint="Choose another platform.",
            )

    def environment(self, subject: Subject) -> tuple[Variable, ...]:
        """Return the names that whoever deploys it sets there."""
        return subject.environment

    def files(self, subject: Subject) -> dict[str, bytes]:
        """Return the bundle's files by path: the same subject gives the same bytes.

        Raises Invalid when a parameter does not fit the subject.
        """
        raise NotImplementedError

    def steps(self, subject: Subject) -> list[str]:
        """Return what a person does with the bundle, in order, what is not free first."""
        raise NotImplementedError


def platform_of(document: dict[str, Any]) -> Platform:
    """Return the platform that a JSON document of its kind stands for; raise Invalid, with what there is to choose."""
    kinds = family("platform")
    if document.get("kind") not in kinds.kinds:
        message = f"There is no platform {document.get('kind')!r}."
        hint = f"Choose one of {', '.join(sorted(kinds.kinds))}."
        raise Invalid(message, hint=hint, fields=[FieldError(("platform",), message)])
    found: Platform = kinds.parse(document)
    return found
