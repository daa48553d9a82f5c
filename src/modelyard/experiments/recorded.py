"""Attempts whose answers were read from a log: compared like others, but neither asked, resumed nor promoted."""

from collections.abc import Iterable, Mapping
from typing import Any

from modelyard.kernel.errors import Conflict
from modelyard.kernel.kinds import family

HINT = "Write an experiment of your own with the same samples, and compare the two."


def is_recorded(strategies: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether the answers of any of a document's strategies were read from a log."""
    kinds = family("strategy").kinds
    named = (kinds.get(each["kind"]) for each in strategies)
    return any(kind is not None and kind.is_recorded for kind in named)


def require_askable(strategies: Iterable[Mapping[str, Any]]) -> None:
    """Raise Conflict where nothing can be asked."""
    if is_recorded(strategies):
        raise Conflict("These answers were read from a log: nothing can be asked here.", hint=HINT)
