"""How many samples it takes: what is planned is what simulations see."""

import numpy as np
import pytest

from modelyard.experiments.statistics.power import (
    detectable_mean,
    detectable_share,
    needed_for_mean,
    needed_for_share,
    sample_size,
)
from modelyard.kernel.intervals.chance import mcnemar


def test_as_many_samples_as_planned_show_the_difference_as_often_as_said() -> None:
    plan = sample_size(0.1, 0.6, discordance=0.3)
    generator = np.random.default_rng(0)
    counts = generator.multinomial(plan.n, [0.2, 0.1, 0.7], size=1000)  # only one, only the other, no difference
    seen = np.mean([mcnemar(int(a), int(b)) < 0.05 for a, b, _ in counts])
    assert 0.75 < seen < 0.85  # the exact test is a little more careful than the formula
    assert plan.n == 234  # (1.96 √0.3 + 0.8416 √0.29)² / 0.01, rounded up


def test_the_detectable_difference_turns_the_plan_around() -> None:
    for n, discordance in ((100, 0.3), (1250, 0.35), (5000, 0.02)):
        effect = detectable_share(n, discordance)
        assert effect is not None
        assert needed_for_share(effect, discordance) == pytest.approx(n, abs=1)
    assert detectable_share(1000, 0.001) is None  # one discordant sample can show nothing
    assert detectable_share(50, 0.0) is None
    error = 0.02
    effect = detectable_mean(error)
    assert effect is not None
    assert needed_for_mean(effect, error, 300) == pytest.approx(300, abs=1)
    assert needed_for_mean(0.0, error, 300) is None


def test_pairs_take_fewer_samples_and_many_looks_more() -> None:
    assumed = sample_size(0.05, 0.7)
    assert assumed.is_assumed
    assert assumed.n < assumed.n_unpaired
    assert sample_size(0.05, 0.7, n_pairs=15).n > assumed.n
    assert sample_size(-0.05, 0.75).n == pytest.approx(assumed.n, rel=0.01)


@pytest.mark.parametrize(("effect", "baseline", "discordance"), [(0, 0.5, None), (0.6, 0.5, None), (0.1, 0.5, 0.05)])
def test_shares_that_cannot_be_are_refused(effect: float, baseline: float, discordance: float | None) -> None:
    with pytest.raises(ValueError, match=r"share|differ"):
        sample_size(effect, baseline, discordance=discordance)
