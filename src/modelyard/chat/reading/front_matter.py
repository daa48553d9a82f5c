"""The lines between `---` at the top of a Markdown file: what its site is told about it."""

import re
from dataclasses import dataclass, field

_FENCED = re.compile(r"\A\ufeff?---[ \t]*\r?\n((?:[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_ENTRY = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(.*))?$")
MAX_CHARACTERS = 20_000


@dataclass(frozen=True)
class FrontMatter:
    """The plain values of front matter by name (lists and what is nested are left out), and the text that follows."""

    body: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def is_left_out(self) -> bool:
        """Whether the site does not publish the page."""
        return any(self.values.get(name, "").lower() == "true" for name in ("draft", "unlisted"))


def front_matter(text: str) -> FrontMatter:
    """Return what a Markdown file says at its top; all of the text is the body when it says nothing."""
    found = _FENCED.match(text, 0, MAX_CHARACTERS)
    if found is None:
        return FrontMatter(text)
    values = {}
    for line in found.group(1).splitlines():
        if entry := _ENTRY.match(line.rstrip()):
            values[entry.group(1)] = _plain(entry.group(2) or "")
    return FrontMatter(text[found.end() :], {name: value for name, value in values.items() if value})


def _plain(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] in "\"'":
        end = value.find(value[0], 1)
        inside = value[1:end] if end > 0 else value[1:]
        return inside.replace('\\"', '"').strip()
    value = re.split(r"\s#", value, maxsplit=1)[0].strip()
    return "" if value[:1] in ("|", ">", "[", "{", "&", "*") else value
