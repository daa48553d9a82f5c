"""Mend and audit again, until nothing changes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.finding import Finding, Report
from modelyard.deploy.fixing.edits import apply

MAX_ROUNDS = 10
"""A fix may uncover another finding; ten times in a row it is two rules at odds."""

Audited = Callable[[CodeBase], Report]


@dataclass(frozen=True)
class Mended:
    """A code base before and after its fixes."""

    before: CodeBase
    after: CodeBase
    report: Report
    """What the audit of the mended code base says."""
    done: tuple[Finding, ...]
    """Findings that were mended, in the order of the rounds."""
    left: tuple[Finding, ...] = ()
    """Findings with edits that were not applied: they clash with others', or would be applied again and again."""
    changed: tuple[str, ...] = field(default=())
    """Paths that differ, new ones included."""

    @property
    def by_person(self) -> tuple[str, ...]:
        """What a person must do after the edits, each once."""
        things = [thing for one in self.done for thing in one.fix.by_person]
        return tuple(dict.fromkeys(things))


def mend(code: CodeBase, audited: Audited, *, is_unsafe: bool = False) -> Mended:
    """Return the code base with the safe edits applied (`is_unsafe`: the suggested ones too), audited after each round.

    A finding that stays after its edits were applied is not mended twice, so what is mended once stays as it is.
    """
    kinds = ("safe", "suggested") if is_unsafe else ("safe",)
    now, report = code, audited(code)
    done: list[Finding] = []
    tried: set[tuple[str, str, str]] = set()
    for _ in range(MAX_ROUNDS):
        open_ = [one for one in report.findings if one.fix.edits and one.fix.kind in kinds and _name(one) not in tried]
        applied = apply(now, open_)
        tried.update(_name(one) for one in applied.done)
        done += applied.done
        if _same(now, applied.code):
            break
        now = applied.code
        report = audited(now)
    left = [one for one in report.findings if one.fix.edits and one.fix.kind in kinds]
    return Mended(code, now, report, tuple(done), tuple(left), _differing(code, now))


def _name(one: Finding) -> tuple[str, str, str]:
    return one.rule, one.file, one.message


def _same(one: CodeBase, other: CodeBase) -> bool:
    return not _differing(one, other)


def _differing(before: CodeBase, after: CodeBase) -> tuple[str, ...]:
    paths = sorted(path for path, file in after.files.items() if before.files.get(path) is not file)
    return tuple(
        path for path in paths if path not in before.files or before.files[path].data != after.files[path].data
    )
