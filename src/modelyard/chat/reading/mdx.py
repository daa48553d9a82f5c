"""What Markdown of documentation sites has beyond CommonMark, written out so that a Markdown parser understands it.

Imports, exports and comments go; components go and their text stays (also what stands in `title`, `label` and the
like); admonitions and labels become paragraphs that begin with a mark (`markdown.py` reads the marks). Nothing here
fails: what is not well-formed is text.
"""

import re
from dataclasses import dataclass

from modelyard.chat.reading.tags import VOID, Tag, tag_at

CAPTION, OPENS, CLOSES = "\ue0f0", "\ue0f1", "\ue0f2"
"""Begin the paragraphs of labels, and of the beginning and the end of admonitions; files do not hold these."""
SPOKEN_ATTRIBUTES = ("title", "label", "heading", "header", "summary", "caption", "description", "alt", "text")
"""Attributes of components that readers see."""
_WRAPPERS = frozenset((
    "div", "section", "article", "details", "center", "figure", "figcaption", "main", "aside", "header",
    "footer", "summary", "p", "span", "small", "nav",
))  # fmt: skip
"""Tags of HTML around Markdown: on lines of their own they would make it HTML."""
_FENCE = re.compile(r"[ \t>]*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})")
_IMPORT = re.compile(r"import\s+(?:[\w$*{][^'\"\n]*\sfrom\s*)?['\"][^'\"\n]+['\"]\s*;?\s*$")
_IMPORT_OPENS = re.compile(r"import\s+(?:[\w$]+\s*,\s*)?\{[^}'\"]*$")
_IMPORT_ENDS = re.compile(r".*\}\s*from\s*['\"][^'\"]+['\"]\s*;?\s*$")
_EXPORT = re.compile(
    r"export\s+(?:(?:const|let|var)\s+[\w${\[]|(?:default\s+)?(?:async\s+)?function\b|(?:default\s+)?class\s+\w"
    r"|default\s+[\w$({]+[^.!?]*$|\{[^}]*\}|\*\s+from\b)"
)
_EXPORTED_TEXT = re.compile(r"(?<![=\-])>([^<>{}]*[^\W\d_][^<>{}]*)</")
_ADMONITION = re.compile(
    r"^([ \t]*(?:>[ \t]?)*)(:{3,})[ \t]*(?:([A-Za-z][\w-]*)(?:\[(.*)\]|[ \t]+(.*?))?)?(?:\{[^}]*\})?[ \t]*$"
)
_FOOTNOTE = re.compile(r"^([ \t]{0,3})\[\^([^\]\s]{1,80})\]:[ \t]*", re.MULTILINE)
_COMMENT = re.compile(r"\{\s*/\*.*?\*/\s*\}|<!--.*?-->", re.DOTALL)
_STRING = re.compile(r"\{[ \t]*(['\"`])((?:(?!\1)[^\n])*)\1[ \t]*\}")
_MARKS = re.compile("[\ue0f0-\ue0ff]")
_SPECIAL = re.compile(r"[\\`<{]")
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#|~!])")
MAX_EXPORT_LINES = 400


@dataclass(frozen=True)
class Prepared:
    """Markdown with nothing beyond CommonMark, tables and marks."""

    text: str
    is_mdx: bool
    """Whether indented lines are text, as MDX has it, and not code."""
    n_hidden_words: int = 0


def prepared(body: str, *, is_mdx: bool) -> Prepared:
    """Return the text as a Markdown parser should see it."""
    body = _MARKS.sub("", body)
    stretches = list(_stretches(body))
    is_mdx = is_mdx or any(is_prose and _looks_like_mdx(text) for is_prose, text in stretches)
    notes = {found.group(2) for is_prose, text in stretches if is_prose for found in _FOOTNOTE.finditer(text)}
    pieces, n_hidden = [], 0
    opened: list[str] = []
    for is_prose, text in stretches:
        if is_prose:
            text, hidden = _plain(_without_modules(text, is_mdx), is_mdx)
            n_hidden += hidden
            text = _without_footnote_marks(_marked_admonitions(text, opened), notes)
        pieces.append(text)
    return Prepared("".join(pieces), is_mdx, n_hidden)


def _stretches(body: str) -> list[tuple[bool, str]]:
    """Return the text in parts, prose (True) and fenced code (False) in turn."""
    parts: list[tuple[bool, list[str]]] = [(True, [])]
    fence = ""
    for line in body.splitlines(keepends=True):
        found = _FENCE.match(line)
        if fence:
            parts[-1][1].append(line)
            if (
                found
                and found.group(1)[0] == fence[0]
                and len(found.group(1)) >= len(fence)
                and not line[found.end() :].strip()
            ):
                fence = ""
                parts.append((True, []))
        elif found and not (found.group(1)[0] == "`" and "`" in line[found.end() :]):
            fence = found.group(1)
            parts.append((False, [line]))
        else:
            parts[-1][1].append(line)
    return [(is_prose, "".join(lines)) for is_prose, lines in parts if lines]


def _looks_like_mdx(text: str) -> bool:
    return bool(re.search(r"^(?:import\s.+from\s*['\"]|:::+[a-z]|[ \t]*</?[A-Z][\w.]*[\s/>])", text, re.MULTILINE))


def _without_modules(text: str, is_mdx: bool) -> str:
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
    for at in range(start, min(start + 40, len(lines))):
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


def _marked_admonitions(text: str, opened: list[str]) -> str:
    """Write the lines that open and close admonitions as paragraphs of their own; `opened` lasts beyond the text."""
    if ":::" not in text:
        return text
    lines = text.split("\n")
    for place, line in enumerate(lines):
        found = _ADMONITION.match(line)
        if found is None:
            continue
        indent, colons, name, bracketed, title = found.groups()
        if name:
            said = bracketed if bracketed is not None else title
            lines[place] = f"{indent}\n{indent}{OPENS}{said or name.capitalize()}\n{indent}"
            opened.append(colons)
        elif opened:
            opened.pop()
            lines[place] = f"{indent}\n{indent}{CLOSES}\n{indent}"
    return "\n".join(lines)


def _without_footnote_marks(text: str, notes: set[str]) -> str:
    """Drop the labels of footnotes and the marks that refer to them; the words of a footnote stay where they stand."""
    if not notes:
        return text
    text = _FOOTNOTE.sub(lambda found: f"\n{found.group(1)}", text)
    return re.sub(r"\[\^([^\]\s]{1,80})\]", lambda found: "" if found.group(1) in notes else found.group(), text)


def _plain(text: str, is_mdx: bool) -> tuple[str, int]:
    """Return prose without comments, components and what browsers hide; and how many hidden words went."""
    pieces: list[str] = []
    done, n_hidden = 0, 0
    found = _SPECIAL.search(text)
    while found is not None:
        at = found.start()
        end, instead, hidden = _replaced(text, at, is_mdx)
        if instead is not None:
            pieces += [text[done:at], instead]
            done = end
            n_hidden += hidden
        found = _SPECIAL.search(text, end)
    return "".join([*pieces, text[done:]]), n_hidden


def _replaced(text: str, at: int, is_mdx: bool) -> tuple[int, str | None, int]:
    """Return where to go on behind a special character, what to write instead of it (None: it stays), hidden words."""
    character = text[at]
    if character == "\\":
        return at + 2, None, 0
    if character == "`":
        return _code_end(text, at), None, 0
    if comment := _COMMENT.match(text, at):
        return comment.end(), "\n" * comment.group().count("\n"), 0
    if character == "{":
        string = _STRING.match(text, at) if is_mdx else None
        return (string.end(), string.group(2), 0) if string else (at + 1, None, 0)
    tag = tag_at(text, at)
    if tag is None:
        return (at + 1, "&lt;", 0) if text[at + 1 : at + 2].isalpha() or is_mdx else (at + 1, None, 0)
    if tag.hides and not tag.is_closing and (end := _element_end(text, tag)) is not None:
        return end, "", len(re.findall(r"[^\W_]+", re.sub(r"<[^>]*>", " ", text[tag.end : end])))
    if tag.is_jsx or (is_mdx and tag.name.lower() in _WRAPPERS):
        return tag.end, _said(text, tag), 0
    return tag.end, None, 0


def _code_end(text: str, at: int) -> int:
    """Return the place behind a code span, or behind its backticks when nothing closes it in its paragraph."""
    run = re.compile("`+").match(text, at)
    assert run is not None
    paragraph_end = text.find("\n\n", at)
    closing = re.compile(rf"(?<!`){run.group()}(?!`)").search(
        text, run.end(), len(text) if paragraph_end < 0 else paragraph_end
    )
    return closing.end() if closing else run.end()


def _said(text: str, tag: Tag) -> str:
    """Return what is written instead of a tag: what readers see of its attributes, apart when it has its own line."""
    said = [value for name in SPOKEN_ATTRIBUTES if (value := _words(tag.attributes.get(name, "")))]
    line_start = text.rfind("\n", 0, tag.start) + 1
    before = text[line_start : tag.start]
    line_end = text.find("\n", tag.end)
    after = text[tag.end : len(text) if line_end < 0 else line_end].strip()
    is_apart = not before.strip(" \t>") and (not after or after.startswith("<"))
    if is_apart or (said and not before.strip()):
        captions = "".join(f"{CAPTION}{_escaped(words)}\n{before}\n{before}" for words in said)
        return f"\n{before}\n{before}{captions}"
    return " ".join(["", *map(_escaped, said), ""]) if said else ""


def _words(value: str) -> str:
    """Return the text of an attribute: of one in braces, if it is but a string."""
    value = value.strip()
    if value[:1] in "\"'`" and value[-1:] == value[:1]:
        value = value[1:-1]
    elif re.search(r"[{}()=<>;]|\w\.\w+\.|^\w+$", value) and not value[:1].isupper() and " " not in value:
        return ""
    return " ".join(value.split()) if not re.search(r"[{}<>]|=>", value) else ""


def _escaped(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", text)


def _element_end(text: str, opening: Tag) -> int | None:
    """Return the place behind the tag that closes an element, or None when none does."""
    if opening.is_empty or opening.name.lower() in VOID:
        return opening.end
    depth = 1
    for found in re.compile(rf"<(/?){re.escape(opening.name)}(?=[\s/>])").finditer(text, opening.end):
        depth += -1 if found.group(1) else 1
        if depth == 0:
            end = text.find(">", found.end())
            return end + 1 if end >= 0 else None
    return None
