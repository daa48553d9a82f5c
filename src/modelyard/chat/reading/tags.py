"""Tags in Markdown: where one ends, also when its attributes are JSX, and what it says."""

import re
from dataclasses import dataclass, field

MAX_TAG_CHARACTERS = 5_000
_NAME = re.compile(r"/?([A-Za-z][\w.:-]*)?")
_ATTRIBUTE = re.compile(r"\s+|[^\s\"'{}<>=/]+|[=/]")
HIDING_STYLE = re.compile(
    r"(?:display\s*:\s*['\"]?none|visibility\s*:\s*['\"]?hidden|(?:font-?size|opacity)\s*:\s*['\"]?0(?![.\d]*[1-9]))",
    re.IGNORECASE,
)
"""What takes text from sight; white on white and the like cannot be known."""
HTML_TAGS = frozenset((
    "a", "abbr", "acronym", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "big",
    "blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data",
    "datalist", "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset",
    "figcaption", "figure", "font", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hgroup", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend", "li", "link",
    "main", "map", "mark", "math", "menu", "meta", "meter", "nav", "noscript", "object", "ol", "optgroup", "option",
    "output", "p", "param", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "search",
    "section", "select", "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg",
    "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "tt", "u",
    "ul", "var", "video", "wbr",
))  # fmt: skip
VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
))  # fmt: skip


@dataclass(frozen=True)
class Tag:
    """A tag as it stands at `[start, end)` of a text; a fragment (`<>`) has no name."""

    start: int
    end: int
    name: str
    is_closing: bool = False
    is_empty: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    """Values without their quotes, but with their braces; empty for an attribute without one."""
    is_jsx: bool = False
    """Whether HTML has no such tag: a component, or attributes in braces."""

    @property
    def hides(self) -> bool:
        """Whether a browser does not show what is in it."""
        if self.attributes.get("role") == "tabpanel":
            return False
        return "hidden" in self.attributes or bool(HIDING_STYLE.search(self.attributes.get("style", "")))


def tag_at(text: str, start: int) -> Tag | None:
    """Return the tag that begins at `start` (a `<`), or None when nothing there is one that is whole."""
    name = _NAME.match(text, start + 1)
    assert name is not None
    word, at = name.group(1) or "", name.end()
    is_closing = text.startswith("/", start + 1)
    if not word:
        return Tag(start, at + 1, "", is_closing=is_closing, is_jsx=True) if text.startswith(">", at) else None
    attributes: dict[str, str] = {}
    latest, is_value, has_braces, is_empty = "", False, False, False
    stop = min(len(text), start + MAX_TAG_CHARACTERS)
    while at < stop:
        character = text[at]
        if character == ">":
            is_jsx = has_braces or word[0].isupper() or "." in word
            return Tag(start, at + 1, word, is_closing, is_empty, attributes, is_jsx)
        if character in "\"'{":
            end = _closed(text, at, stop)
            if end is None:
                return None
            has_braces = has_braces or character == "{"
            if is_value:
                attributes[latest] = text[at:end] if character == "{" else text[at + 1 : end - 1]
                is_value = False
            at = end
            continue
        found = _ATTRIBUTE.match(text, at, stop)
        if found is None or (at == name.end() and character not in "/>" and not character.isspace()):
            return None
        part, at = found.group(), found.end()
        is_empty = part == "/"
        if part == "=":
            is_value = bool(latest)
        elif is_value and not part.isspace():
            attributes[latest], is_value = part, False
        elif not part.isspace() and part != "/":
            latest = part
            attributes.setdefault(latest, "")
    return None


def _closed(text: str, at: int, stop: int) -> int | None:
    """Return the place behind the quotes or braces that open at `at`."""
    if text[at] != "{":
        end = text.find(text[at], at + 1, stop)
        return end + 1 if end >= 0 else None
    depth = 0
    while at < stop:
        character = text[at]
        if character in "\"'`":
            end = text.find(character, at + 1, stop)
            if end < 0:
                return None
            at = end
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return None
