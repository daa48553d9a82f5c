"""The comparison as a document: what the page, the API, exports and shared links show."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from modelyard.experiments.statistics.estimates import Method
from modelyard.experiments.statistics.pairs import PairMethod, Test

NoSpeed = Literal["unanswered", "reused", "instant", "untimed"]
"""Why nobody can say how fast answers came: there are none, all are of earlier attempts, they took no time that a clock
shows, or attempts beside each other have no time in common."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class ScoreEstimate(_Part):
    """The mean of a score with its 95 % interval; without `low` and `high` there is none, `why` says so."""

    value: float
    low: float | None
    high: float | None
    n: int
    """Samples that have a score; repeats of a sample are averaged first."""
    error: float | None
    """Standard error."""
    method: Method
    n_groups: int | None = None
    clustered_error: float | None = None
    """Standard error if the groups were a draw of groups, also where they are too few for the interval to say so."""
    repeat_deviation: float | None = None
    """Standard deviation between repeats of the same sample."""
    why: str = ""


class ConfigurationScore(_Part):
    """One score of one configuration."""

    estimate: ScoreEstimate | None
    """None: no answer could be scored."""
    n_not_scorable: int
    """Answers without a score, by reason in `not_scorable`; none of them counts into the mean."""
    not_scorable: dict[str, int]
    value_with_failures: float | None
    """The mean if every failed answer counted as 0."""


class Quantile(_Part):
    """A quantile with its 95 % interval; without one there are too few answers."""

    value: float
    low: float | None = None
    high: float | None = None


class Latencies(_Part):
    """Seconds an answer took, without waiting for a turn."""

    mean: float
    p50: Quantile
    p95: Quantile
    p99: Quantile


class ConfigurationResult(_Part):
    """One row of the comparison."""

    place: int
    name: str
    configuration: dict[str, Any]
    """As the attempt froze it: strategy, LLM, parameters."""
    n_samples: int
    """Samples with an answer."""
    n_answers: int
    n_failed: int
    n_missing: int
    """Answers that were never asked for."""
    n_reused: int
    scores: dict[str, ConfigurationScore]
    seconds: Latencies | None
    answers_per_second: float | None
    """In the time from its first request to its last answer, beside the other configurations."""
    no_speed: NoSpeed | None = None
    """Why there is no such figure; null: there is one, or the comparison is older than this reason."""
    tokens_per_second: float | None
    """Output tokens in the seconds of its answers."""
    n_input_tokens: int
    n_output_tokens: int
    n_estimated: int
    """Answers whose tokens were counted here, because the provider did not say."""
    usd: float | None
    """Of the answers whose price is known; None: of none."""
    n_unknown_cost: int
    usd_per_answer: float | None
    """None: the price of some answer is not known."""
    errors: dict[str, int]
    """Failed answers by kind."""
    ended: dict[str, int]
    """Answers by how their strategy ended."""


class ConfigurationPair(_Part):
    """Two configurations on the samples that both have a score of: the first's mean minus the second's."""

    first: int
    """Its place."""
    second: int
    n: int
    first_value: float | None = None
    second_value: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    method: PairMethod = "none"
    """Of the interval."""
    p_value: float | None = None
    test: Test | None = None
    p_holm: float | None = None
    """Corrected for all pairs of the table (Holm)."""
    n_only_first: int = 0
    """Samples that the first alone has right."""
    n_only_second: int = 0
    n_both: int = 0
    n_neither: int = 0
    error: float | None = None
    detectable: float | None = None
    """Smallest difference that so many samples show in 80 of 100 experiments."""
    n_needed: int | None = None
    """Samples that show the observed difference in 80 of 100 experiments."""
    n_more: int | None = None
    """How many more these are."""
    mcnemar_p_value: float | None = None
    is_certain: bool = False
    """Whether the corrected p-value is below 0.05."""
    is_reversal: bool = False
    """In a group: whether the order is the other way round than over all samples."""
    told: str
    """In a sentence."""


class GroupResult(_Part):
    """The samples of one group by themselves."""

    name: str
    n_samples: int
    estimates: list[ScoreEstimate | None]
    """Of each configuration, by place."""
    pairs: list[ConfigurationPair]
    """`p_holm` is corrected for all pairs of all groups shown."""
    n_reversals: int


class ScorerResult(_Part):
    """The comparison by one scorer."""

    name: str
    kind: str
    title: str
    is_share: bool
    best: int | None
    """Place of the configuration with the highest mean."""
    not_worse: list[int]
    """Places of those that are not significantly worse than the best, itself among them."""
    cheapest_not_worse: int | None
    cheapest_why: str
    """Why there is none, or what it saves."""
    cost_front: list[int]
    """Places of those that no other beats in both score and cost, cheapest first."""
    latency_front: list[int]
    """The same for score and median latency, fastest first."""
    pairs: list[ConfigurationPair]
    pairs_note: str
    groups: list[GroupResult]
    groups_note: str


class ExperimentResults(_Part):
    """What an attempt came to, or several attempts on their common samples."""

    version: Literal[1] = 1
    n_samples: int
    n_repeats: int
    n_groups: int
    is_whole: bool
    """Whether every answer was asked for."""
    configurations: list[ConfigurationResult]
    scorers: list[ScorerResult]
    """In the order of the document: the first one decides."""
    notes: list[str]
    """Sentences that its reader should know."""
