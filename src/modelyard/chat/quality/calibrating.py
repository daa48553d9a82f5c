"""From which evidence on a collection should answer: chosen on its own test questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from modelyard.chat.quality.results import QuestionResult
from modelyard.kernel.errors import Conflict

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

FEWEST_OF_EACH = 5
"""Questions to be answered, and not to be answered, below which a threshold would be chance."""
N_FOLDS = 10
MOST_POINTS = 200
_EDGE = 0.02
"""How far beyond the outermost evidence a threshold may lie."""


@dataclass(frozen=True)
class Aim:
    """What a threshold is chosen for: the best F-beta, or at least this precision of answering with the most answers.

    Beta below 1 says that a wrong answer is worse than a missing one.
    """

    beta: float = 0.5
    precision: float | None = None


class ThresholdPoint(BaseModel):
    """What a threshold would do: of the answers given, the share that should be; and of those, the share given."""

    model_config = ConfigDict(frozen=True)

    answer_from: float
    precision: float | None
    """None: nothing would be answered."""
    recall: float
    f_beta: float
    n_answered: int


class Calibration(BaseModel):
    """A curve of thresholds, and the one that serves the aim best."""

    model_config = ConfigDict(frozen=True)

    n_to_answer: int
    """Questions whose answer is in the documents and was found."""
    n_to_leave: int
    """Questions that the documents do not answer, or whose answer was not found."""
    beta: float
    least_precision: float | None
    curve: list[ThresholdPoint]
    chosen: ThresholdPoint
    now: ThresholdPoint
    """What the threshold of now does."""
    held_out_precision: float | None
    held_out_recall: float
    """The same when every question is decided by a threshold that was chosen without it (10 parts)."""
    told: str


def calibrate(results: Sequence[QuestionResult], aim: Aim, *, answer_from: float) -> Calibration:
    """Return the curve and the choice; raise Conflict where there are too few questions of either kind.

    A question should be answered when its answer is in the documents and among the passages found: with others an
    answer could only be made up. Nothing is asked again: the measurement kept the evidence.
    """
    import numpy as np

    known = [each for each in results if each.evidence is not None]
    strengths = np.array([each.evidence for each in known], dtype=float)
    wanted = np.array([_should_answer(each) for each in known], dtype=bool)
    n_to_answer, n_to_leave = int(wanted.sum()), int((~wanted).sum())
    if min(n_to_answer, n_to_leave) < FEWEST_OF_EACH:
        missing = "that the documents do not answer" if n_to_leave < n_to_answer else "that the documents answer"
        counted = f"{n_to_answer} questions to answer and {n_to_leave} to leave"
        hint = f"Add test questions {missing}, then measure again."
        raise Conflict(f"There are {counted}; {FEWEST_OF_EACH} of each are needed.", hint=hint)
    thresholds = _thresholds(strengths)
    curve = [_point(strengths, wanted, threshold, aim.beta) for threshold in thresholds]
    chosen = _best(curve, aim)
    decided = _held_out(strengths, wanted, aim)
    n_right, n_answered = int((decided & wanted).sum()), int(decided.sum())
    return Calibration(
        n_to_answer=n_to_answer,
        n_to_leave=n_to_leave,
        beta=aim.beta,
        least_precision=aim.precision,
        curve=curve[:: max(1, len(curve) // MOST_POINTS)],
        chosen=chosen,
        now=_point(strengths, wanted, answer_from, aim.beta),
        held_out_precision=n_right / n_answered if n_answered else None,
        held_out_recall=n_right / n_to_answer,
        told=_told(chosen, aim),
    )


def _should_answer(result: QuestionResult) -> bool:
    return result.is_answerable and (result.rank is not None or result.why_no_truth is not None)


def _thresholds(strengths: "Array") -> list[float]:
    """Return a threshold between any two neighbours, and one beyond either end."""
    import numpy as np

    ordered = np.unique(strengths)
    between = (ordered[1:] + ordered[:-1]) / 2
    ends = max(0.0, float(ordered[0]) - _EDGE), min(1.0, float(ordered[-1]) + _EDGE)
    return [ends[0], *(float(each) for each in between), ends[1]]


def _point(strengths: "Array", wanted: "Array", threshold: float, beta: float) -> ThresholdPoint:
    answered = strengths >= threshold
    n_answered, n_right, n_wanted = int(answered.sum()), int((answered & wanted).sum()), int(wanted.sum())
    weight = beta * beta
    below = weight * n_wanted + n_answered
    return ThresholdPoint(
        answer_from=threshold,
        precision=n_right / n_answered if n_answered else None,
        recall=n_right / n_wanted if n_wanted else 0.0,
        f_beta=(1 + weight) * n_right / below if below else 0.0,
        n_answered=n_answered,
    )


def _best(curve: Sequence[ThresholdPoint], aim: Aim) -> ThresholdPoint:
    if aim.precision is None:
        return max(curve, key=lambda point: (point.f_beta, point.answer_from))
    enough = [point for point in curve if point.precision is not None and point.precision >= aim.precision]
    # Where no threshold is that precise, the most precise one is the honest choice; `told` says so.
    return max(
        enough or curve, key=lambda point: (point.recall if enough else point.precision or 0.0, point.answer_from)
    )


def _held_out(strengths: "Array", wanted: "Array", aim: Aim) -> "Array":
    """Return for each question whether it would be answered by the threshold that the other parts choose."""
    import numpy as np

    n = len(strengths)
    part = np.random.default_rng(0).permutation(n) % N_FOLDS
    decided = np.zeros(n, dtype=bool)
    for fold in range(N_FOLDS):
        here = part == fold
        others, others_wanted = strengths[~here], wanted[~here]
        if not here.any() or not len(others):
            continue
        curve = [_point(others, others_wanted, threshold, aim.beta) for threshold in _thresholds(others)]
        decided[here] = strengths[here] >= _best(curve, aim).answer_from
    return decided


def _told(chosen: ThresholdPoint, aim: Aim) -> str:
    if aim.precision is not None and (chosen.precision is None or chosen.precision < aim.precision):
        return f"No threshold reaches a precision of {aim.precision:.0%}; this one comes nearest."
    if not chosen.n_answered:
        return "Nothing would be answered: the evidence does not tell these questions apart."
    return f"Of {chosen.n_answered:,} answers given, {chosen.precision or 0:.0%} should be."
