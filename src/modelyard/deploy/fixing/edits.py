"""Edits applied to a code base held in memory: all of a finding's edits, or none of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from modelyard.deploy.code.files import BOMS, CodeBase, SourceFile, normal
from modelyard.deploy.finding import Edit, Finding


@dataclass(frozen=True)
class Applied:
    """What became of the findings' edits."""

    code: CodeBase
    """The code base with them."""
    done: tuple[Finding, ...]
    """Findings whose edits were applied."""
    clashed: tuple[Finding, ...]
    """Findings whose edits touch what another's edits touch, or a file that is not as they expect."""


def apply(code: CodeBase, findings: Iterable[Finding]) -> Applied:
    """Apply the edits of these findings, earlier ones first; of two that touch the same characters, one."""
    taken: dict[str, list[Edit]] = {}
    done: list[Finding] = []
    clashed: list[Finding] = []
    for finding in findings:
        edits = [edit for edit in finding.fix.edits if edit not in taken.get(edit.file, ())]
        if _fits(code, edits) and not any(
            _touches(edit, other) for edit in edits for other in taken.get(edit.file, ())
        ):
            for edit in edits:
                taken.setdefault(edit.file, []).append(edit)
            done.append(finding)
        else:
            clashed.append(finding)
    changed = {path: _written(code, path, edits) for path, edits in taken.items()}
    return Applied(with_files(code, changed), tuple(done), tuple(clashed))


def with_files(code: CodeBase, changed: Mapping[str, bytes]) -> CodeBase:
    """Return the code base with these files in the place of, or beside, its own."""
    files = dict(code.files)
    for path, data in changed.items():
        files[path] = _held(path, data, is_tracked=files[path].is_tracked if path in files else True)
    return replace(code, files=files)


def _held(path: str, data: bytes, *, is_tracked: bool) -> SourceFile:
    return SourceFile(path, len(data), lambda: data, is_tracked)


def _fits(code: CodeBase, edits: list[Edit]) -> bool:
    """Say whether the edits mean this code base: files inside it, characters that are there, none of them twice."""
    return all(_fits_one(code, edit) for edit in edits) and not any(
        _touches(edit, other) for i, edit in enumerate(edits) for other in edits[:i]
    )


def _fits_one(code: CodeBase, edit: Edit) -> bool:
    there = code.files.get(edit.file)
    if edit.creates:
        return there is None and normal(edit.file) == edit.file and edit.file != ""
    return there is not None and not there.is_binary and edit.start <= edit.end <= len(there.text)


def _touches(one: Edit, other: Edit) -> bool:
    """Say whether two edits mean the same characters. Two insertions at one place do: their order would be a guess."""
    if one.file != other.file:
        return False
    if one.creates or other.creates or (one.start, one.end) == (other.start, other.end):
        return True
    return one.start < other.end and other.start < one.end


def _written(code: CodeBase, path: str, edits: list[Edit]) -> bytes:
    there = code.files.get(path)
    if there is None:
        return edits[0].text.encode()
    text = there.text
    is_windows = "\r\n" in text
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        new = edit.text.replace("\r\n", "\n").replace("\n", "\r\n") if is_windows else edit.text
        text = text[: edit.start] + new + text[edit.end :]
    return _encoded(there, text)


def _encoded(there: SourceFile, text: str) -> bytes:
    """Return the text in the file's own encoding, with its byte order mark; in UTF-8 when that cannot hold it."""
    if there.encoding == "utf-16":
        mark = there.data[:2]
        return mark + text.encode("utf-16-le" if mark == BOMS[0][0] else "utf-16-be")
    try:
        return text.encode(there.encoding)
    except UnicodeEncodeError:
        return text.encode()
