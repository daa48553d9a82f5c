"""Changes as unified diffs, secrets masked."""

import difflib
from collections.abc import Iterator

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.masking import masked
from modelyard.deploy.finding import Finding
from modelyard.deploy.fixing.edits import apply
from modelyard.deploy.fixing.mending import Mended

NO_NEWLINE = "\\ No newline at end of file"


def patch_of(mended: Mended) -> str:
    """Return everything that was mended as one diff, as `git apply` takes it where no line is masked."""
    return "".join(diff(mended.before, mended.after, path) for path in mended.changed)


def patch_of_finding(code: CodeBase, finding: Finding) -> str:
    """Return what a finding's own edits would change; empty when they no longer fit."""
    applied = apply(code, [finding])
    paths = sorted({edit.file for edit in finding.fix.edits}) if applied.done else []
    return "".join(diff(code, applied.code, path) for path in paths)


def diff(before: CodeBase, after: CodeBase, path: str) -> str:
    """Return the diff of one file; empty when it is the same."""
    old = before.files[path].text if path in before.files else None
    new = after.files[path].text if path in after.files else None
    names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    lines = difflib.unified_diff(_lines(old), _lines(new), *names, n=3)
    return "".join(_told(lines))


def _lines(text: str | None) -> list[str]:
    """Return the lines with their ends, by line feeds alone, as diffs count them."""
    *whole, last = (text or "").split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])


def _told(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield masked(line.removesuffix("\n")) + "\n"
        if not line.endswith("\n"):
            yield f"{NO_NEWLINE}\n"
