"""Comparisons in sentences."""

from modelyard.experiments.comparing.document import ConfigurationPair, ScoreEstimate

TESTS = {
    "mcnemar": "McNemar's exact test",
    "flips": "signs flipped by sample",
    "cluster_flips": "signs flipped by group",
    "identical": "no difference in any sample",
}


def pair_told(pair: ConfigurationPair, first: str, second: str) -> str:
    """Return what the pair says of the two configurations."""
    if pair.difference is None or pair.p_value is None or pair.test is None:
        return f"{first} and {second} have no sample in common that both have a score of: they cannot be compared."
    if pair.test == "identical":
        return f"{first} and {second} score the same on each of {pair.n:,} samples."
    better, worse = (first, second) if pair.difference >= 0 else (second, first)
    gap = f"{points(abs(pair.difference))} points"
    if pair.low is not None and pair.high is not None:
        low, high = sorted((pair.low, pair.high)) if pair.difference >= 0 else sorted((-pair.low, -pair.high))
        gap += f" (95 % interval {points(low)} to {points(high)})"
    how = f"{p_told(pair.p_value)}, {TESTS[pair.test]}"
    if pair.p_holm is not None:
        how += f"; corrected for all pairs {p_told(pair.p_holm)}"
    if pair.is_certain:
        return f"{better} is better than {worse} by {gap} on {pair.n:,} samples ({how})."
    more = f" To see it takes about {pair.n_more:,} more." if pair.n_more else ""
    return (
        f"{first} and {second} are not clearly apart: {better} is ahead by {gap} on {pair.n:,} samples ({how}).{more}"
    )


def points(share: float) -> str:
    """Return a share as points of a hundred: `12.3`."""
    return f"{100 * share:.1f}".replace("-", "−")


def p_told(p_value: float) -> str:
    """Return a p-value as it is written."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def estimate_told(estimate: ScoreEstimate | None) -> str:
    """Return a mean with its interval in points of a hundred; a dash where there is none."""
    if estimate is None:
        return "–"
    if estimate.low is None or estimate.high is None:
        return points(estimate.value)
    return f"{points(estimate.value)} ({points(estimate.low)} to {points(estimate.high)})"
