"""The Platform family: each knows how one host is told what to build, run and keep."""

from typing import Any, ClassVar, Literal

from modelyard.deploy.finding import Platform as Audited
from modelyard.deploy.subject import Subject
from modelyard.kernel.kinds import Kind

Takes = Literal["yard", "endpoint"]


class Platform(Kind):
    """Base of the platforms. Its fields are what a person chooses: names, hosts, plans."""

    audited_as: ClassVar[Audited | None] = None
    """Whose rules a bundle for it is held against; None when it is nobody's in particular."""
    takes: ClassVar[tuple[Takes, ...]] = ("yard", "endpoint")
    """What can be bundled for it."""

    @classmethod
    def card_extra(cls) -> dict[str, Any]:
        """Add what can be bundled for it."""
        return {"takes": list(cls.takes)}

    def files(self, subject: Subject) -> dict[str, bytes]:
        """Return the bundle's files by path: the same subject gives the same bytes.

        Raises Invalid when a parameter does not fit the subject.
        """
        raise NotImplementedError

    def steps(self, subject: Subject) -> list[str]:
        """Return what a person does with the bundle, in order, what is not free first."""
        raise NotImplementedError
