"""Several attempts as one table: the samples that all of them asked, the configurations of all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from modelyard.experiments.comparing.score_table import (
    ARRAYS,
    ConfigurationFacts,
    ScorerFacts,
    ScoreTable,
    empty_arrays,
)

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Source:
    """An attempt with what it is called."""

    name: str
    table: ScoreTable


def joined(sources: Sequence[Source]) -> tuple[ScoreTable, list[str]]:
    """Return the common samples with every configuration, and sentences on what was left out."""
    import numpy as np

    tables = [each.table for each in sources]
    keys = reduce(np.intersect1d, [each.keys for each in tables])
    places = [_places(each.keys, keys) for each in tables]
    order = np.argsort(places[0], kind="stable")  # as the first attempt asked them
    keys, places = keys[order], [each[order] for each in places]
    scorers = _common_scorers(tables)
    errors = tuple(dict.fromkeys(name for each in tables for name in each.error_kinds))
    endings = tuple(dict.fromkeys(name for each in tables for name in each.endings))
    n_repeats = max(each.n_repeats for each in tables)
    parts = [_part(each, at, n_repeats, errors, endings) for each, at in zip(tables, places, strict=True)]
    scores = {
        each.name: np.concatenate(
            [_widened(of.scores[each.name][:, at], n_repeats) for of, at in zip(tables, places, strict=True)]
        )
        for each in scorers
    }
    table = ScoreTable(
        configurations=tuple(_named(source.name, each) for source in sources for each in source.table.configurations),
        scorers=scorers,
        group_names=tables[0].group_names,
        error_kinds=errors,
        endings=endings,
        keys=keys,
        groups=tables[0].groups[places[0]],
        scores=scores,
        **{name: np.concatenate([part[name] for part in parts]) for name in ARRAYS},
    )
    return table, _notes(sources, len(keys), scorers)


def _places(keys: "Array", wanted: "Array") -> "Array":
    import numpy as np

    order = np.argsort(keys, kind="stable")
    found: Array = order[np.searchsorted(keys, wanted, sorter=order)]
    return found


def _common_scorers(tables: Sequence[ScoreTable]) -> tuple[ScorerFacts, ...]:
    shared = set.intersection(*({(each.name, each.kind) for each in table.scorers} for table in tables))
    return tuple(each for each in tables[0].scorers if (each.name, each.kind) in shared)


def _part(
    table: ScoreTable, places: "Array", n_repeats: int, errors: tuple[str, ...], endings: tuple[str, ...]
) -> "dict[str, Array]":
    found = empty_arrays(len(table.configurations), len(places), n_repeats)
    for name, target in found.items():
        target[:, :, : table.n_repeats] = getattr(table, name)[:, places]
    found["error"] = _renamed(found["error"], table.error_kinds, errors)
    found["ended"] = _renamed(found["ended"], table.endings, endings)
    return found


def _renamed(values: "Array", old: tuple[str, ...], new: tuple[str, ...]) -> "Array":
    """Return places in `old` as places in `new`; -1 stays."""
    import numpy as np

    meaning = np.array([*(new.index(name) for name in old), -1], values.dtype)
    found: Array = meaning[values]
    return found


def _widened(values: "Array", n_repeats: int) -> "Array":
    import numpy as np

    missing = n_repeats - values.shape[2]
    return np.pad(values, ((0, 0), (0, 0), (0, missing)), constant_values=np.nan) if missing else values


def _named(name: str, facts: ConfigurationFacts) -> ConfigurationFacts:
    """Return the facts without those that count answers to other samples too."""
    return replace(facts, name=f"{name} · {facts.name}", wall_seconds=None, n_timed=0, n_reused=0, not_scorable={})


def _notes(sources: Sequence[Source], n_common: int, scorers: tuple[ScorerFacts, ...]) -> list[str]:
    if n_common == 0:
        return ["These attempts have no sample in common (by id and question): nothing in them can be compared."]
    notes = []
    sizes = [f"{each.name}: {each.table.n_samples:,}" for each in sources if each.table.n_samples != n_common]
    if sizes:
        notes.append(f"Compared on the {n_common:,} samples that all of them asked ({', '.join(sizes)}).")
    left = {each.name for source in sources for each in source.table.scorers} - {each.name for each in scorers}
    if left:
        notes.append(f"Not all of them have these scorers, which are left out: {', '.join(sorted(left))}.")
    return notes
