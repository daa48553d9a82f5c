"""How many samples it takes to see a difference, and the smallest difference that a number of samples shows."""

import math
from dataclasses import dataclass
from statistics import NormalDist

SURE = 0.05
POWER = 0.8


@dataclass(frozen=True)
class SampleSize:
    """How many samples it takes to see a difference between two configurations on the same samples."""

    n: int
    n_unpaired: int
    """What it would take with different samples for each."""
    discordance: float
    """Share of samples that only one of the two has right, as it was stated or assumed."""
    is_assumed: bool


def sample_size(
    effect: float, baseline: float, *, discordance: float | None = None, n_pairs: int = 1, power: float = POWER
) -> SampleSize:
    """Return how many samples show a difference of `effect` from a share of `baseline` right, in pairs.

    Connor (1987), Biometrics 43, for McNemar's test. Without a stated `discordance` answers are assumed to be
    correlated by one half: those of LLMs to the same questions were seen between 0.3 and 0.7 (Miller 2024,
    arXiv:2411.00640). For
    several pairs the level is divided among them (Bonferroni; Holm's needs no more). Raises ValueError for an effect of
    0, one that leads out of 0 to 1, or a discordance below the effect.
    """
    other = baseline + effect
    if effect == 0 or not (0 <= baseline <= 1 and 0 <= other <= 1):
        raise ValueError(f"A share of {baseline:g} right cannot change by {effect:g}.")
    least, most = abs(effect), min(baseline + other, 2 - baseline - other)
    if discordance is not None and not least <= discordance <= 1:
        raise ValueError(f"At least {least:g} of the samples differ when the shares differ by {least:g}.")
    independent = baseline * (1 - other) + other * (1 - baseline)
    spread = math.sqrt(baseline * (1 - baseline) * other * (1 - other))
    share = discordance if discordance is not None else min(max(independent - spread, least), max(most, least))
    level = SURE / max(1, n_pairs)
    z_level, z_power = _z(level, power)
    middle = (baseline + other) / 2
    apart = z_level * math.sqrt(2 * middle * (1 - middle))
    apart += z_power * math.sqrt(baseline * (1 - baseline) + other * (1 - other))
    return SampleSize(
        n=_needed(least, share, z_level, z_power),
        n_unpaired=math.ceil((apart / effect) ** 2),
        discordance=share,
        is_assumed=discordance is None,
    )


def detectable_share(n: int, discordance: float, *, power: float = POWER) -> float | None:
    """Return the smallest difference of shares that n samples show when so many of them differ; None: none can be seen.

    The inverse of `sample_size` at the level of one test.
    """
    z_level, z_power = _z(SURE, power)
    if n <= 0 or discordance <= 0 or n * discordance < z_level**2:
        return None
    low, high = 0.0, discordance
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if _enough(n, middle, discordance, z_level, z_power) else (middle, high)
    return high


def needed_for_share(difference: float, discordance: float, *, power: float = POWER) -> int | None:
    """Return how many samples show the difference, whatever how many there were; None: there is no difference."""
    if difference == 0:
        return None
    return _needed(abs(difference), max(discordance, abs(difference)), *_z(SURE, power))


def detectable_mean(error: float, *, power: float = POWER) -> float | None:
    """Return the smallest difference of means that is seen with this standard error of it; Miller (2024), section 5."""
    return sum(_z(SURE, power)) * error if error > 0 else None


def needed_for_mean(difference: float, error: float, n: int, *, power: float = POWER) -> int | None:
    """Return how many samples show the difference, when n have this standard error of it; None: no difference."""
    if difference == 0:
        return None
    return max(2, math.ceil(n * (sum(_z(SURE, power)) * error / difference) ** 2))


def _z(level: float, power: float) -> tuple[float, float]:
    normal = NormalDist()
    return normal.inv_cdf(1 - level / 2), normal.inv_cdf(power)


def _needed(effect: float, discordance: float, z_level: float, z_power: float) -> int:
    apart = z_level * math.sqrt(discordance) + z_power * math.sqrt(max(discordance - effect**2, 0.0))
    return math.ceil((apart / effect) ** 2)


def _enough(n: int, effect: float, discordance: float, z_level: float, z_power: float) -> bool:
    apart = z_level * math.sqrt(discordance) + z_power * math.sqrt(max(discordance - effect**2, 0.0))
    return effect * math.sqrt(n) >= apart
