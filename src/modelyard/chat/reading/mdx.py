"""What Markdown of documentation sites has beyond CommonMark, written out so that a Markdown parser understands it.

Imports, exports and comments go; components go and their text stays (also what stands in `title`, `label` and the
like); admonitions and labels become paragraphs that begin with a mark (`markdown.py` reads the marks). Nothing here
fails: what is not well-formed is text.
"""

import re
from dataclasses import dataclass

from modelyard.chat.counting import words_in
from modelyard.chat.reading.modules import without_modules
from modelyard.chat.reading.tags import HTML_TAGS, VOID, Tag, tag_at

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
_ADMONITION = re.compile(
    r"^([ \t]*(?:>[ \t]?)*)(:{3,})[ \t]*(?:([A-Za-z][\w-]*)(?:\[(.*)\]|[ \t]+(.*?))?)?(?:\{[^}]*\})?[ \t]*$"
)
_FOOTNOTE = re.compile(r"^([ \t]{0,3})\[\^([^\]\s]{1,80})\]:[ \t]*", re.MULTILINE)
_COMMENT = re.compile(r"\{\s*/\*.*?\*/\s*\}|<!--.*?-->", re.DOTALL)
_STRING = re.compile(r"\{\s*(?:(['\"])((?:(?!\1)[^\n])*)\1|`([^`]*)`)\s*\}")
_MARKS = re.compile("[\ue0f0-\ue0ff]")
_SPECIAL = re.compile(r"[\\`<{]")
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#|~!])")
MAX_COSTLY = 200
"""Tags and hidden elements that begin and never end, after which no more are looked for."""
_COSTLY = re.compile(r"</?[A-Za-z][^<>]{0,100}?[\"'{]")
"""Begins a tag with a value: to see that it does not end takes a while."""
BESIDE_CHARACTERS = 200
"""Looked at before and behind a tag to see whether it has its line for itself."""
_BACKTICKS = re.compile("`+")


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
            cleaner = _Cleaner(without_modules(text, is_mdx), is_mdx)
            text = cleaner.clean()
            n_hidden += cleaner.n_hidden_words
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


class _Cleaner:
    """Goes through prose once, from one special character to the next; what does not close is not looked for again."""

    def __init__(self, text: str, is_mdx: bool) -> None:
        self._text = text
        self._is_mdx = is_mdx
        self._last_comment_ends = {"{": text.rfind("*/"), "<": text.rfind("-->")}
        self._unclosed_code: dict[int, int] = {}
        self._n_costly = 0
        self.n_hidden_words = 0

    def clean(self) -> str:
        """Return the text without comments, components and what browsers hide."""
        pieces: list[str] = []
        done = 0
        found = _SPECIAL.search(self._text)
        while found is not None:
            at = found.start()
            end, instead = self._replaced(at)
            if instead is not None:
                pieces += [self._text[done:at], instead]
                done = end
            found = _SPECIAL.search(self._text, end)
        return "".join([*pieces, self._text[done:]])

    def _replaced(self, at: int) -> tuple[int, str | None]:
        """Return where to go on behind a special character, and what to write instead of it (None: it stays)."""
        text, character = self._text, self._text[at]
        if character == "\\":
            return at + 2, None
        if character == "`":
            return self._code_end(at), None
        if at < self._last_comment_ends[character] and (comment := _COMMENT.match(text, at)):
            return comment.end(), "\n" * comment.group().count("\n")
        if character == "{":
            string = _STRING.match(text, at) if self._is_mdx else None
            return (string.end(), string.group(2) or string.group(3) or "") if string else (at + 1, None)
        tag = self._tag(at)
        if tag is None:
            is_like_a_tag = self._is_mdx or text[at + 1 : at + 2].isalpha()
            return at + 1, "&lt;" if is_like_a_tag else None
        if tag.hides and not tag.is_closing:
            end = self._element_end(tag)
            hidden = text[tag.end : end] if end is not None else ""
            self.n_hidden_words += words_in(re.sub(r"<[^<>]*>", " ", hidden))
            return tag.end if end is None else end, ""
        if not tag.is_jsx and self._is_placeholder(tag):
            return at + 1, "&lt;"
        if tag.is_jsx or (self._is_mdx and tag.name.lower() in _WRAPPERS):
            return tag.end, _said(text, tag)
        return tag.end, None

    def _tag(self, at: int) -> Tag | None:
        """Return the tag at a `<`; in a text full of such that never close, none after a while."""
        if self._n_costly > MAX_COSTLY:
            return None
        tag = tag_at(self._text, at)
        if tag is None and _COSTLY.match(self._text, at):
            self._n_costly += 1
        return tag

    def _is_placeholder(self, tag: Tag) -> bool:
        """Say whether what looks like a tag is text, such as `<your-key>`: HTML has none such, and nothing ends it."""
        is_address = tag.name.endswith(":") or "/" in tag.attributes
        return tag.name.lower() not in HTML_TAGS and not is_address and f"</{tag.name}" not in self._text

    def _code_end(self, at: int) -> int:
        """Return the place behind a code span, or behind its backticks when nothing closes it in its paragraph."""
        run = _BACKTICKS.match(self._text, at)
        assert run is not None
        n = len(run.group())
        if run.end() < self._unclosed_code.get(n, 0):
            return run.end()
        paragraph_end = self._text.find("\n\n", at)
        stop = len(self._text) if paragraph_end < 0 else paragraph_end
        closing = re.compile(rf"(?<!`)`{{{n}}}(?!`)").search(self._text, run.end(), stop)
        if closing is None:
            self._unclosed_code[n] = stop
            return run.end()
        return closing.end()

    def _element_end(self, opening: Tag) -> int | None:
        """Return the place behind the tag that closes an element, or None when none does."""
        if opening.is_empty or opening.name.lower() in VOID:
            return opening.end
        if self._n_costly > MAX_COSTLY:
            return None
        depth = 1
        for found in re.compile(rf"<(/?){re.escape(opening.name)}(?=[\s/>])").finditer(self._text, opening.end):
            depth += -1 if found.group(1) else 1
            if depth == 0:
                end = self._text.find(">", found.end())
                return end + 1 if end >= 0 else None
        self._n_costly += 1
        return None


def _said(text: str, tag: Tag) -> str:
    """Return what is written instead of a tag: what readers see of its attributes, apart when it has its own line."""
    said = [value for name in SPOKEN_ATTRIBUTES if (value := _words(tag.attributes.get(name, "")))]
    near = max(0, tag.start - BESIDE_CHARACTERS)
    before = text[max(near, text.rfind("\n", near, tag.start) + 1) : tag.start]
    after = text[tag.end : tag.end + BESIDE_CHARACTERS].partition("\n")[0].strip()
    is_apart = not before.strip(" \t>") and (not after or after.startswith("<"))
    if is_apart or (said and not before.strip()):
        captions = "".join(f"{CAPTION}{_escaped(words)}\n{before}\n{before}" for words in said)
        return f"\n{before}\n{before}{captions}"
    return " ".join(["", *map(_escaped, said), ""]) if said else ""


def _words(value: str) -> str:
    """Return the text of an attribute: of one in braces, if it is but a string."""
    value = value.strip()
    if value.startswith("{"):
        inner = value[1:-1].strip()
        value = inner[1:-1] if inner[:1] in ("'", '"', "`") and inner[-1:] == inner[:1] and "${" not in inner else ""
    return " ".join(value.split())


def _escaped(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", text)
