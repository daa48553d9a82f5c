"""The steps of an agent in what an LLM said: a thought, then an action or the final answer."""

import re
from dataclasses import dataclass

_OBSERVED = re.compile(r"^[\s*_]*observation[\s*_]*:", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^[ \t*_]*action[ \t*_]*\d*[ \t*_]*:[ \t*_`]*(?P<said>[^\n]*)", re.IGNORECASE | re.MULTILINE)
_INPUT = re.compile(r"^[ \t*_]*action[ _]*input[ \t*_]*\d*[ \t*_]*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_FINAL = re.compile(r"^[ \t*_#]*final[ _]*answer[ \t*_]*:[ \t*_]*", re.IGNORECASE | re.MULTILINE)
_THOUGHT = re.compile(r"^[\s*_]*thought[\s*_]*\d*[\s*_]*:[\s*_]*", re.IGNORECASE)
_CALLED = re.compile(r"(?P<name>\w+)\s?[\[(](?P<asked>.*)[\])]?\s*$", re.DOTALL)
_QUOTES = " \t\r\n`"


@dataclass(frozen=True)
class Step:
    """What an agent wants next: a tool with what it is given, or to answer; neither when it said something else."""

    thought: str
    tool: str | None = None
    asked: str = ""
    final: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is neither an action nor an answer."""
        return self.tool is None and self.final is None


def step_of(text: str) -> Step:
    """Return the first step in a text; an observation that the LLM made up, and what follows it, is left out."""
    observed = _OBSERVED.search(text)
    said = text[: observed.start()] if observed else text
    action, final = _ACTION.search(said), _FINAL.search(said)
    if final and not (action and action.start() < final.start()):
        return Step(_thought(said[: final.start()]), final=said[final.end() :].strip())
    if action is None:
        return Step(_thought(said))
    name, asked = _called(action["said"].strip(_QUOTES + "*_"))
    given = _INPUT.search(said, action.end())
    if given:
        end = final.start() if final and final.start() > given.end() else len(said)
        asked = said[given.end() : end]
    return Step(_thought(said[: action.start()]), name, _unquoted(asked))


def _thought(text: str) -> str:
    return _THOUGHT.sub("", text).strip()


def _called(said: str) -> tuple[str, str]:
    """Return name and input of `search[port of Zephyr]` or `calculator(2 + 2)`; of a name alone, no input."""
    found = _CALLED.fullmatch(said)
    if found is None:
        return said, ""
    asked = found["asked"].rstrip()
    return found["name"], asked[:-1] if asked.endswith(("]", ")")) and said[len(found["name"])] in "[( " else asked


def _unquoted(asked: str) -> str:
    plain = asked.strip(_QUOTES)
    return plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'" else plain
