"""The figures of every answer of an attempt as arrays: what comparisons, filters and exports are computed from."""

import io
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MISSING, ANSWERED, FAILED = 0, 1, 2
"""States of an answer: not asked yet, there, asked without one."""
_FACTS = "facts"
_SCORES = "scores_"
ARRAYS = ("state", "seconds", "n_input_tokens", "n_output_tokens", "usd", "error", "ended")


@dataclass(frozen=True)
class ScorerFacts:
    """A scorer as results name it."""

    name: str
    kind: str
    title: str
    is_share: bool
    """Whether scores are 0 or 1."""


@dataclass(frozen=True)
class ConfigurationFacts:
    """A configuration, and what is known of it beside the figures of single answers."""

    name: str
    stated: dict[str, Any]
    """As the attempt froze it."""
    wall_seconds: float | None = None
    """From its first request to its last answer; None: every answer was there already."""
    n_timed: int = 0
    """Answers in that time."""
    n_reused: int = 0
    n_estimated: int = 0
    """Answers whose tokens were counted here."""
    not_scorable: dict[str, dict[str, int]] = field(default_factory=dict)
    """By scorer: how many answers could not be scored, by reason."""


@dataclass(frozen=True)
class ScoreTable:
    """Arrays of shape (n_configurations, n_samples, n_repeats) by name, and what their axes stand for.

    `scores` by scorer are NaN where there is none; `usd` is NaN where nobody knows. `error` and `ended` are places in
    `error_kinds` and `endings`, -1 for none. `keys` tell samples (id and question) from those of other attempts;
    `groups` are places in `group_names`, -1 for none; both of shape (n_samples,).
    """

    configurations: tuple[ConfigurationFacts, ...]
    scorers: tuple[ScorerFacts, ...]
    group_names: tuple[str, ...]
    error_kinds: tuple[str, ...]
    endings: tuple[str, ...]
    keys: "Array"
    groups: "Array"
    scores: "dict[str, Array]"
    state: "Array"
    seconds: "Array"
    n_input_tokens: "Array"
    n_output_tokens: "Array"
    usd: "Array"
    error: "Array"
    ended: "Array"

    @property
    def n_samples(self) -> int:
        """How many samples there are."""
        return int(self.state.shape[1])

    @property
    def n_repeats(self) -> int:
        """How often each was to be asked."""
        return int(self.state.shape[2])

    def clusters(self) -> "Array | None":
        """Return the groups of the samples, None where there are none."""
        return self.groups if self.group_names else None


def empty_arrays(n_configurations: int, n_samples: int, n_repeats: int) -> "dict[str, Array]":
    """Return the arrays of a table without an answer."""
    import numpy as np

    shape = (n_configurations, n_samples, n_repeats)
    return {
        "state": np.zeros(shape, np.uint8),
        "seconds": np.full(shape, np.nan, np.float32),
        "n_input_tokens": np.zeros(shape, np.int64),
        "n_output_tokens": np.zeros(shape, np.int64),
        "usd": np.full(shape, np.nan),
        "error": np.full(shape, -1, np.int16),
        "ended": np.full(shape, -1, np.int8),
    }


def written(table: ScoreTable) -> bytes:
    """Return the table as the bytes of an .npz file; the same table gives the same bytes."""
    import numpy as np

    facts = {
        "configurations": [asdict(each) for each in table.configurations],
        "scorers": [asdict(each) for each in table.scorers],
        "group_names": table.group_names,
        "error_kinds": table.error_kinds,
        "endings": table.endings,
    }
    arrays = {name: getattr(table, name) for name in ("keys", "groups", *ARRAYS)}
    scores = {f"{_SCORES}{place}": table.scores[each.name] for place, each in enumerate(table.scorers)}
    told = np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{_FACTS: told}, **arrays, **scores)
    return file.getvalue()


def read(path: Path) -> ScoreTable:
    """Return the table of a file that `written` made; nothing in it is executed."""
    import numpy as np

    with np.load(path, allow_pickle=False) as file:
        facts = json.loads(file[_FACTS].tobytes())
        scorers = tuple(ScorerFacts(**each) for each in facts["scorers"])
        return ScoreTable(
            configurations=tuple(ConfigurationFacts(**each) for each in facts["configurations"]),
            scorers=scorers,
            group_names=tuple(facts["group_names"]),
            error_kinds=tuple(facts["error_kinds"]),
            endings=tuple(facts["endings"]),
            scores={each.name: file[f"{_SCORES}{place}"] for place, each in enumerate(scorers)},
            **{name: file[name] for name in ("keys", "groups", *ARRAYS)},
        )
