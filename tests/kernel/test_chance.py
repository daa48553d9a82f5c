"""P-values in closed form, against SciPy's."""

import pytest
from scipy.stats import binomtest

from modelyard.kernel.intervals.chance import holm, mcnemar


@pytest.mark.parametrize(
    ("first", "second"), [(0, 0), (1, 0), (0, 5), (3, 4), (10, 25), (7, 7), (480, 561), (30_000, 30_900)]
)
def test_mcnemars_test_is_the_exact_binomial_one(first: int, second: int) -> None:
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-8)
    assert mcnemar(first, second) == mcnemar(second, first)


def test_holm_is_the_textbooks() -> None:
    assert holm([0.01, 0.04, 0.03, None, 0.005]) == pytest.approx([0.03, 0.06, 0.06, None, 0.02])
    assert holm([]) == []
