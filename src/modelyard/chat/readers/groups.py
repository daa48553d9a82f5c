"""What readers ask, group by group: most asked, not answered, and gaps to write about."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from modelyard.chat.readers.asked import Asking
from modelyard.chat.readers.grouping import Grouping
from modelyard.data.words.function_words import function_words
from modelyard.data.words.languages import language_of, stems

SHOWN_GROUPS = 20
SHOWN_EXAMPLES = 5
Key = tuple[str, ...]


@dataclass(frozen=True)
class QuestionGroup:
    """Questions that mean the same; `question` is the one asked most."""

    question: str
    n: int
    n_readers: int
    n_abstained: int
    n_thumbs_down: int
    first_at: datetime
    last_at: datetime
    examples: tuple[str, ...]
    call_ids: tuple[str, ...]
    """The newest of them."""


@dataclass(frozen=True)
class Gap:
    """Something to write about: questions that were not answered, or badly, and the part that came nearest."""

    heading: tuple[str, ...]
    """The path to the nearest part; empty: nothing came near."""
    n: int
    n_readers: int
    examples: tuple[str, ...]
    call_ids: tuple[str, ...]


@dataclass(frozen=True)
class Day:
    """What was asked on one day (UTC)."""

    day: date
    n_questions: int
    n_abstained: int
    n_failed: int
    n_thumbs_down: int
    n_readers: int


class Keys:
    """Says which questions belong together: by the groups of the last run, else by their words."""

    def __init__(self, grouping: Grouping | None) -> None:
        self._groups: Mapping[str, int] = grouping.groups if grouping is not None else {}
        self._by_words: dict[str, Key] = {}
        self._found: dict[str, Key] = {}
        for question, number in self._groups.items():
            self._by_words.setdefault(_words(question), ("meaning", str(number)))

    def __call__(self, asking: Asking) -> Key:
        """Return what is equal for questions that mean the same."""
        question = asking.normal
        if question not in self._found:
            self._found[question] = self._key(question)
        return self._found[question]

    def is_compared(self, asking: Asking) -> bool:
        """Say whether the last run knew the question; else its words are compared."""
        return asking.normal in self._groups

    def _key(self, question: str) -> Key:
        number = self._groups.get(question)
        if number is not None:
            return "meaning", str(number)
        words = _words(question)
        return self._by_words.get(words) or ("words", words)


def groups(found: Iterable[Asking], key: Callable[[Asking], Key]) -> list[QuestionGroup]:
    """Return the groups, those asked by most first."""
    together: dict[Key, list[Asking]] = defaultdict(list)
    for asking in found:
        together[key(asking)].append(asking)
    made = [_group(each) for each in together.values()]
    return sorted(made, key=lambda group: (-group.n, -group.n_readers, group.question))


def gaps(found: Iterable[Asking], key: Callable[[Asking], Key]) -> list[Gap]:
    """Return what to write about: missed questions, grouped by meaning and then by the part that came nearest."""
    missed = [asking for asking in found if asking.is_missed and not asking.has_failed]
    by_meaning: dict[Key, list[Asking]] = defaultdict(list)
    for asking in missed:
        by_meaning[key(asking)].append(asking)
    by_heading: dict[tuple[str, ...], list[list[Asking]]] = defaultdict(list)
    for each in by_meaning.values():
        by_heading[_nearest(each)].append(each)
    made = [_gap(heading, together) for heading, together in by_heading.items() if heading]
    # What came near nothing has no heading to go under: every meaning is a gap of its own.
    made += [_gap((), [each]) for each in by_heading.get((), [])]
    return sorted(made, key=lambda gap: (-gap.n_readers, -gap.n, gap.examples))


def by_day(found: Sequence[Asking], since: datetime, until: datetime) -> list[Day]:
    """Return every day of the stretch of time, those without a question too."""
    days: dict[date, list[Asking]] = defaultdict(list)
    for asking in found:
        days[asking.at.astimezone(UTC).date()].append(asking)
    first, last = since.astimezone(UTC).date(), (until.astimezone(UTC) - timedelta(microseconds=1)).date()
    return [_day(day, days.get(day, [])) for day in _dates(first, last)]


def n_readers(found: Iterable[Asking]) -> int:
    """Return how many readers asked; each question outside of a conversation counts as one."""
    known = [asking.reader for asking in found]
    return len({reader for reader in known if reader is not None}) + known.count(None)


def _dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _day(day: date, found: Sequence[Asking]) -> Day:
    return Day(
        day=day,
        n_questions=len(found),
        n_abstained=sum(asking.abstained for asking in found),
        n_failed=sum(asking.has_failed for asking in found),
        n_thumbs_down=sum(asking.thumb == "down" for asking in found),
        n_readers=n_readers(found),
    )


def _group(found: Sequence[Asking]) -> QuestionGroup:
    return QuestionGroup(
        question=_shown(found)[0],
        n=len(found),
        n_readers=n_readers(found),
        n_abstained=sum(asking.abstained for asking in found),
        n_thumbs_down=sum(asking.thumb == "down" for asking in found),
        first_at=min(asking.at for asking in found),
        last_at=max(asking.at for asking in found),
        examples=tuple(_shown(found)[:SHOWN_EXAMPLES]),
        call_ids=_newest(found),
    )


def _gap(heading: tuple[str, ...], together: Sequence[Sequence[Asking]]) -> Gap:
    found = [asking for each in together for asking in each]
    largest_first = sorted(together, key=lambda each: -len(each))
    return Gap(
        heading=heading,
        n=len(found),
        n_readers=n_readers(found),
        examples=tuple(_shown(each)[0] for each in largest_first[:SHOWN_EXAMPLES]),
        call_ids=_newest(found),
    )


def _newest(found: Iterable[Asking]) -> tuple[str, ...]:
    return tuple(sorted((asking.call_id for asking in found), reverse=True)[:SHOWN_EXAMPLES])


def _shown(found: Iterable[Asking]) -> list[str]:
    """Return different wordings, the most frequent first, then the shortest; they need no conversation to be read."""
    counted: Counter[str] = Counter()
    wordings: dict[str, str] = {}
    for asking in found:
        counted[asking.normal] += 1
        wordings[asking.normal] = " ".join((asking.searched_for or asking.question).split())
    ordered = sorted(counted, key=lambda wording: (-counted[wording], len(wording), wording))
    return [wordings[wording] for wording in ordered]


def _nearest(found: Sequence[Asking]) -> tuple[str, ...]:
    firsts = Counter(asking.nearest[0] for asking in found if asking.nearest)
    return min(firsts, key=lambda path: (-firsts[path], path)) if firsts else ()


def _words(question: str) -> str:
    """Return the stems of a question's words, each once and in order of the alphabet, without its function words."""
    language = language_of(question) or "en"
    left_out = function_words(language)
    telling = {stem for word in question.split() if word not in left_out for stem in stems(word, language)}
    return " ".join(sorted(telling)) or question
