"""What an LLM writes, taken apart while it comes: prose, code, and marks of citation. Half a mark is never let through.

However the text is cut into pieces, the result is the same: a place is decided only when what follows it is there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LONGEST_MARK = 1_500
"""Characters of a mark with its quote."""
LONGEST_LABEL = 400
LONGEST_ADDRESS = 2_000
LEFT_OUT = "(link left out)"
_REMOTE = frozenset(
    {"a", "area", "audio", "base", "body", "button", "embed", "form", "frame", "html", "iframe", "img", "image"}
    | {"input", "link", "math", "meta", "object", "script", "select", "source", "style", "svg", "template"}
    | {"textarea", "track", "video"}
)
"""Elements that could fetch, run or ask for something; any other `<word>` is text."""
_CALLED = r"(?:passages?|sources?|đoạn|nguồn)"
_QUOTE = r"[:,]?\s*[\"“«](?P<quote>.*?)[\"”»](?=\s*(?:[,;&]|\d|$))"
_REF = re.compile(
    rf"\s*[,;&]?\s*(?:{_CALLED}\s*)?#?(?P<n>\d{{1,3}})(?:\s*[-–]\s*(?P<last>\d{{1,3}}))?(?:\s*{_QUOTE})?",
    re.DOTALL | re.IGNORECASE,
)
_BEGINS_MARK = re.compile(rf"\s*(?:{_CALLED}\s*)?#?\d{{1,3}}(?!\d)", re.IGNORECASE)
_MAY_BEGIN_MARK = re.compile(r"\s*(?:[a-zđạồ]*\s*)?#?\d{0,3}", re.IGNORECASE)
_SPECIAL = re.compile(r"[\[\]【!<`\\=]|h(?=t|$)|(?<![^\W_])w(?=w|$)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)", re.IGNORECASE)
_ADDRESS_END = re.compile(r"[\s<>\"`)\]}|]")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")


@dataclass(frozen=True)
class Ref:
    """One passage that a mark names, and the words that it quotes of it."""

    number: int
    quote: str | None = None


@dataclass(frozen=True)
class Prose:
    """Text as it goes to the reader."""

    text: str


@dataclass(frozen=True)
class Code:
    """Text between backticks: left as it is, nothing in it is a mark or a link."""

    text: str


@dataclass(frozen=True)
class Mark:
    """Where passages are cited."""

    refs: tuple[Ref, ...]


Item = Prose | Code | Mark


class MarkReader:
    """Takes pieces of text and gives items.

    `may_link(address)` says which addresses may stay links, `is_known(address)` which may be shown. A line is dropped
    from where it says `secret`: what only the prompt says.
    """

    def __init__(self, may_link: Callable[[str], bool], is_known: Callable[[str], bool], *, secret: str = "") -> None:
        self._may_link, self._is_known, self._secret = may_link, is_known, secret
        self._held = ""
        self._ticks = 0
        """Backticks that the code began with; 0: not in code."""
        self._is_fence = False
        self._line = ""
        """What has gone out of the current line."""

    def feed(self, piece: str) -> list[Item]:
        """Return the items that are whole now."""
        self._held += piece
        return _joined(self._ready(is_end=False))

    def end(self) -> list[Item]:
        """Return what is left; half a mark is dropped."""
        items = list(self._ready(is_end=True))
        closing = "`" * self._ticks if not self._is_fence else ""
        return _joined(iter([*items, Code(closing)]))

    def _ready(self, *, is_end: bool) -> Iterator[Item]:
        while self._held:
            step = self._in_code(is_end) if self._ticks else self._in_prose(is_end)
            if step is None:
                return
            n_read, items = step
            self._held = self._held[n_read:]
            for item in items:
                text = "[1]" if isinstance(item, Mark) else item.text
                self._line = (self._line + text).rpartition("\n")[2][-LONGEST_LABEL:]
                yield item

    def _in_code(self, is_end: bool) -> tuple[int, list[Item]] | None:
        held, is_line_start = self._held, not self._line.strip()
        tick = held.find("`") if not self._is_fence or is_line_start else -1
        if self._is_fence:
            if not is_line_start or held.lstrip(" ")[:1] not in ("`", ""):
                end = held.find("\n") + 1 or len(held)
                return end, [Code(held[:end])]
            tick = len(held) - len(held.lstrip(" "))
        elif (gap := held.find("\n")) >= 0 and (tick < 0 or gap < tick):
            # Code within a line ends with it: what Markdown makes of a longer one depends on lines that come later.
            closing, self._ticks = "`" * self._ticks, 0
            return gap, [Code(held[:gap] + closing)]
        if tick < 0 or tick >= len(held):
            return (len(held), [Code(held)]) if tick < 0 or is_end else None
        run = _run(held, tick)
        if tick + run == len(held) and not is_end:
            return (tick, [Code(held[:tick])]) if tick else None
        if run == self._ticks or (self._is_fence and run > self._ticks):
            self._ticks, self._is_fence = 0, False
        return tick + run, [Code(held[: tick + run])]

    def _in_prose(self, is_end: bool) -> tuple[int, list[Item]] | None:
        held = self._held
        found = _SPECIAL.search(self._line[-1:] + held, len(self._line[-1:]))
        place = found.start() - len(self._line[-1:]) if found else len(held)
        if place:
            return place, [Prose(held[:place])]
        match held[0]:
            case "[" | "【":
                return self._bracket(is_end)
            case "`":
                return self._ticks_begin(is_end)
            case "<":
                return self._tag(is_end)
            case "=":
                return self._leak(is_end)
            case "!" | "\\" | "]":
                return self._sign(is_end)
        return self._address(is_end)

    def _leak(self, is_end: bool) -> tuple[int, list[Item]] | None:
        held = self._held
        if not self._secret or not held.startswith(self._secret):
            may_be = not is_end and self._secret.startswith(held)
            return None if may_be else (1, [Prose("=")])
        end = held.find("\n")
        return (end, []) if end >= 0 else (len(held), []) if is_end else None

    def _ticks_begin(self, is_end: bool) -> tuple[int, list[Item]] | None:
        run = _run(self._held, 0)
        if run == len(self._held) and not is_end:
            return None
        is_fence = run >= 3 and not self._line.strip()
        if is_fence:
            line, _, rest = self._held[run : run + LONGEST_LABEL].partition("\n")
            if not rest and "\n" not in self._held and len(line) < LONGEST_LABEL and "`" not in line and not is_end:
                return None
            is_fence = "`" not in line
        self._ticks, self._is_fence = run, is_fence
        return run, [Code(self._held[:run])]

    def _sign(self, is_end: bool) -> tuple[int, list[Item]] | None:
        held = self._held
        if len(held) == 1 and not is_end:
            return None
        if held[0] == "]":  # what stands in brackets that are no link of ours must not become one
            return 1, [Prose("] " if held[1:2] in ("(", ":") else "]")]
        if held[1:2] == "[" or (held[0] == "\\" and held[1:2] == "]"):
            return 1, []  # an image becomes its text, an escaped bracket a bracket
        n = 2 if held[0] == "\\" and held[1:2] == "\\" else 1
        return n, [Prose(held[:n])]

    def _bracket(self, is_end: bool) -> tuple[int, list[Item]] | None:
        inner = self._held[1:]
        if not is_end and len(inner) < 24 and _MAY_BEGIN_MARK.fullmatch(inner):
            return None
        if begins := _BEGINS_MARK.match(inner):
            end = _mark_end(inner[:LONGEST_MARK])
            if end is None:
                return self._endless(inner, begins.end(), is_end)
            if refs := _refs(inner[:end].replace("\\", "")):
                return end + 2, [Mark(refs)]
        return self._label(inner, is_end)

    def _endless(self, inner: str, number_end: int, is_end: bool) -> tuple[int, list[Item]] | None:
        """Wait for the end of the mark; without one the quote is dropped, and so is a mark that the answer broke in."""
        if len(inner) < LONGEST_MARK and not is_end:
            return None
        refs = () if is_end else _refs(inner[:number_end])
        return 1 + min(len(inner), LONGEST_MARK), [Mark(refs)] if refs else []

    def _label(self, inner: str, is_end: bool) -> tuple[int, list[Item]] | None:
        """Read `[label](address)`; a label without an address is text."""
        end = _first_of(inner[:LONGEST_LABEL], "]】\n")
        if end is None:
            return (1, [Prose(self._held[0])]) if len(inner) >= LONGEST_LABEL or is_end else None
        if inner[end] == "\n":
            return 1, [Prose(self._held[0])]
        after = inner[end + 1 :]
        if not after and not is_end:
            return None
        if not after.startswith("("):
            return 1, [Prose(self._held[0])]
        close = _first_of(after[:LONGEST_ADDRESS], ")\n")
        if close is None and len(after) < LONGEST_ADDRESS and not is_end:
            return None
        n_read = 1 + end + 1 + (close + 1 if close is not None else min(len(after), LONGEST_ADDRESS))
        address = after[1:close].strip().split(" ")[0].strip("<>") if close is not None else ""
        whole = self._held[:n_read]
        if address and "[" not in inner[:end] and self._may_link(address):
            return n_read, [Prose(whole)]
        # Its words are read again: there may be an address among them too.
        self._held = inner[:end].replace("[", "") + self._held[n_read:]
        return 0, []

    def _tag(self, is_end: bool) -> tuple[int, list[Item]] | None:
        held = self._held
        if held.startswith("<!--") or (not is_end and "<!--".startswith(held)):
            end = held.find("-->")
            if end < 0 and len(held) < LONGEST_ADDRESS and not is_end:
                return None
            return (end + 3 if end >= 0 else min(len(held), LONGEST_ADDRESS)), []
        found = _TAG.match(held)
        if not is_end and (len(held) < 3 or (found is not None and found.end() == len(held) and len(held) < 40)):
            return None
        if found is None or found.group(1).lower() not in _REMOTE:
            return 1, [Prose("<")]
        end = held.find(">", 0, LONGEST_ADDRESS)
        if end < 0 and len(held) < LONGEST_ADDRESS and not is_end:
            return None
        return (end + 1 if end >= 0 else min(len(held), LONGEST_ADDRESS)), []

    def _address(self, is_end: bool) -> tuple[int, list[Item]] | None:
        held = self._held
        if not is_end and any(start.startswith(held.lower()) for start in ("http://", "https://", "www.")):
            return None
        begins = _ADDRESS.match(held)
        if begins is None:
            return 1, [Prose(held[0])]
        end = _ADDRESS_END.search(held, begins.end(), LONGEST_ADDRESS)
        if end is None and len(held) < LONGEST_ADDRESS and not is_end:
            return None
        address = held[: end.start() if end else LONGEST_ADDRESS].rstrip(".,;:!?'*_")
        # An address that the documents state is shown, as code: nothing makes a link of it.
        return len(address), [Code(f"`{address}`") if self._is_known(address) else Prose(LEFT_OUT)]


def _run(text: str, place: int) -> int:
    return len(text) - place - len(text[place:].lstrip("`"))


def _first_of(text: str, letters: str) -> int | None:
    return next((place for place, letter in enumerate(text) if letter in letters), None)


def _mark_end(inner: str) -> int | None:
    """Return where the bracket closes; one within a quote does not."""
    is_quoted = False
    for place, letter in enumerate(inner):
        if letter in '"“”':
            is_quoted = letter != "”" and not (is_quoted and letter == '"')
        elif letter in "]】" and not is_quoted:
            return place
    return None


def _refs(inner: str) -> tuple[Ref, ...]:
    """Return what the mark names; nothing when there is something else in the brackets."""
    found: list[Ref] = []
    place = 0
    while place < len(inner.rstrip()):
        ref = _REF.match(inner, place)
        if ref is None or (found and not re.match(r"\s*[,;&]|\s+", inner[place:])):
            return ()
        first, last = int(ref["n"]), int(ref["last"] or ref["n"])
        numbers = range(first, min(last, first + 20) + 1)
        found += [Ref(number, ref["quote"] if number == last else None) for number in numbers]
        place = ref.end()
    return tuple(found)


def _joined(items: Iterator[Item]) -> list[Item]:
    """Return the items with neighbours of one kind as one."""
    found: list[Item] = []
    for item in items:
        match found[-1] if found else None, item:
            case (Prose(before), Prose(text)):
                found[-1] = Prose(before + text)
            case (Code(before), Code(text)):
                found[-1] = Code(before + text)
            case _:
                found.append(item)
    return [item for item in found if isinstance(item, Mark) or item.text]
