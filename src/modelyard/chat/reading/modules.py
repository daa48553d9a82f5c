"""Imports and exports of MDX: code between the text, known by its first words."""

import re

MAX_IMPORT_LINES = 40
MAX_EXPORT_LINES = 400
_IMPORT = re.compile(r"import\s+(?:[\w$*{][^'\"\n]*\sfrom\s*)?['\"][^'\"\n]+['\"]\s*;?\s*$")
_IMPORT_OPENS = re.compile(r"import\s+(?:[\w$]+\s*,\s*)?\{[^}'\"]*$")
_IMPORT_ENDS = re.compile(r".*\}\s*from\s*['\"][^'\"]+['\"]\s*;?\s*$")
_EXPORT = re.compile(
    r"export\s+(?:(?:const|let|var)\s+[\w${\[]|(?:default\s+)?(?:async\s+)?function\b|(?:default\s+)?class\s+\w"
    r"|default\s+[\w$({]+[^.!?]*$|\{[^}]*\}|\*\s+from\b)"
)
_EXPORTED_TEXT = re.compile(r"(?<![=\-])>([^<>{}]*[^\W\d_][^<>{}]*)</")


def without_modules(text: str, is_mdx: bool) -> str:
    """Drop imports and exports; text between the tags of an exported component stays."""
    if "import" not in text and "export" not in text:
        return text
    kept: list[str] = []
    lines = text.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        line = lines[at]
        if _IMPORT.match(line):
            at += 1
        elif _IMPORT_OPENS.match(line) and (end := _import_end(lines, at)) is not None:
            at = end
        elif is_mdx and _EXPORT.match(line):
            end = _export_end(lines, at)
            said = [found.strip() for found in _EXPORTED_TEXT.findall("".join(lines[at:end]))]
            kept += ["\n", *(f"{words}\n\n" for words in said if words)]
            at = end
        else:
            kept.append(line)
            at += 1
    return "".join(kept)


def _import_end(lines: list[str], start: int) -> int | None:
    for at in range(start, min(start + MAX_IMPORT_LINES, len(lines))):
        if _IMPORT_ENDS.match(lines[at]):
            return at + 1
    return None


def _export_end(lines: list[str], start: int) -> int:
    """Return the line behind an export: the first empty one where all brackets are closed, else the first empty one."""
    depth, first_empty = 0, None
    for at in range(start, min(start + MAX_EXPORT_LINES, len(lines))):
        line = lines[at]
        if not line.strip():
            first_empty = at if first_empty is None else first_empty
            if depth <= 0:
                return at
        depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
    return len(lines) if first_empty is None else first_empty
