"""Which words tell two groups of texts apart: log-odds ratios with an informative Dirichlet prior."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

PRIOR_WORDS = 500.0
"""Weight of the prior, in words: what two groups are pulled together by."""
PRIOR_SHARE = 0.1
"""Of all words of both groups: the prior never weighs more, or it would silence small groups."""
CLEAR_Z = 1.96


@dataclass(frozen=True)
class TellingWord:
    """One word: how many times oftener its odds are in the first group than in the second, on the log scale."""

    word: str
    n_a: int
    n_b: int
    log_odds: float
    z: float
    """`log_odds` in standard errors: beyond ±1.96 is rare by chance for one word looked at."""


def log_odds(
    a: Mapping[str, int],
    b: Mapping[str, int],
    *,
    background: Mapping[str, int] | None = None,
    prior_words: float | None = None,
) -> list[TellingWord]:
    """Return every word of two groups, those of `a` first, by z.

    `a` and `b` count each word (or the texts that have it). The prior has the frequencies of `background`, by default
    of both groups together, and the weight of `prior_words` words (500, or a tenth of all words when those are fewer):
    a word that is rare everywhere needs more to be told. There is nothing to tell when a group has no words, or all
    words are the same.

    Formulas 15, 16, 19, 20 and 22 of Monroe, Colaresi and Quinn (2008), Political Analysis 16.
    """
    known = background if background is not None else {word: a.get(word, 0) + b.get(word, 0) for word in {*a, *b}}
    words = sorted({*a, *b})
    total = sum(known.values())
    n_a, n_b = sum(a.values()), sum(b.values())
    if len(words) < 2 or not n_a or not n_b:
        return []
    weight = min(PRIOR_WORDS, PRIOR_SHARE * (n_a + n_b)) if prior_words is None else prior_words
    # A word that the background lacks has the prior of one that it has once.
    prior = {word: weight * max(known.get(word, 0), 1) / max(total, 1) for word in words}
    all_prior = sum(prior.values())
    found = [_told(word, a.get(word, 0), b.get(word, 0), n_a, n_b, prior[word], all_prior) for word in words]
    return sorted(found, key=lambda each: (-each.z, each.word))


def _told(word: str, in_a: int, in_b: int, n_a: int, n_b: int, prior: float, all_prior: float) -> TellingWord:
    odds_a = (in_a + prior) / (n_a + all_prior - in_a - prior)
    odds_b = (in_b + prior) / (n_b + all_prior - in_b - prior)
    difference = math.log(odds_a) - math.log(odds_b)
    error = math.sqrt(1 / (in_a + prior) + 1 / (in_b + prior))
    return TellingWord(word, in_a, in_b, difference, difference / error)
