"""Edits of whole lines and of parts of them, as fixes need them."""

from collections.abc import Iterable
from textwrap import indent

from modelyard.deploy.code.files import CodeBase, SourceFile
from modelyard.deploy.finding import Edit


def replaced(file: SourceFile, line: int, old: str, new: str) -> Edit | None:
    """Return the edit that puts `new` in the place of the first `old` of a line; None when it is not there."""
    if not 1 <= line <= len(file.lines) or (column := file.lines[line - 1].find(old)) < 0:
        return None
    start = file.offset(line, column)
    return Edit(file=file.path, start=start, end=start + len(old), text=new)


def line_replaced(file: SourceFile, line: int, text: str) -> Edit:
    """Return the edit that gives a line another text; its indentation is part of the text."""
    start = file.offset(line)
    return Edit(file=file.path, start=start, end=start + len(file.lines[line - 1]), text=_ended(file, text))


def inserted(file: SourceFile, line: int, text: str) -> Edit:
    """Return the edit that puts lines before a line; after the last one when the file has no such line."""
    if line <= len(file.lines) and (line < len(file.lines) or file.lines[-1]):
        start = file.offset(line)
        return Edit(file=file.path, start=start, end=start, text=_ended(file, f"{text}\n"))
    end = len(file.text)
    is_open = bool(file.text) and not file.text.endswith("\n")
    return Edit(file=file.path, start=end, end=end, text=_ended(file, f"\n{text}\n" if is_open else f"{text}\n"))


def removed(file: SourceFile, line: int, end_line: int | None = None) -> Edit:
    """Return the edit that takes lines away."""
    start, end = file.offset(line), file.offset((end_line or line) + 1)
    return Edit(file=file.path, start=start, end=end, text="")


def indentation(file: SourceFile, line: int) -> str:
    """Return what a line begins with before its first word."""
    text = file.lines[line - 1]
    return text[: len(text) - len(text.lstrip())]


def present(*edits: Edit | None) -> tuple[Edit, ...]:
    """Return the edits that could be made."""
    return tuple(edit for edit in edits if edit is not None)


def _ended(file: SourceFile, text: str) -> str:
    """Return text with the margin and the line ends that the file has."""
    text = indent(text, file.margin)
    return text.replace("\n", "\r\n") if "\r\n" in file.text else text


def ignored(code: CodeBase, files: Iterable[SourceFile]) -> tuple[Edit, ...]:
    """Return the edit that names files in `.gitignore`, which is made when there is none; those in it stay."""
    there = code.get(".gitignore")
    named = {line.strip() for line in there.lines} if there is not None else set()
    lines = "".join(f"/{file.path}\n" for file in files if f"/{file.path}" not in named)
    if not lines:
        return ()
    if there is None:
        return (Edit(file=".gitignore", text=lines, creates=True),)
    end = len(there.text)
    is_open = bool(there.text) and not there.text.endswith("\n")
    return (Edit(file=".gitignore", start=end, end=end, text=_ended(there, f"\n{lines}" if is_open else lines)),)
