"""What an origin yields, in groups: large enough to know how much there is, small enough for a slow site to begin."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from modelyard.chat.origins.found import Found, LeftOut

MOST = 5_000
LONGEST_SECONDS = 5.0


@dataclass
class Group:
    """Documents that were found one after the other, and what was left out between them."""

    found: list[Found] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    is_last: bool = False


def groups_of(listing: Iterable[Found | LeftOut], clock: Callable[[], float] = time.monotonic) -> Iterator[Group]:
    """Yield what is listed in groups; the last one, which may be empty, says so."""
    group, began = Group(), clock()
    for item in listing:
        if isinstance(item, Found):
            group.found.append(item)
        else:
            group.left_out.append(item)
        if len(group.found) >= MOST or clock() - began > LONGEST_SECONDS:
            yield group
            group, began = Group(), clock()
    group.is_last = True
    yield group
