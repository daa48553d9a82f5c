"""Numbers as people and LLMs write them."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.experiments.reading.numbers import Number, last_number, numbers_in
from tests.examples import examples


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("$1,234.50", [Fraction(2469, 2)]),
        ("1.234,56 €", [Fraction(123456, 100)]),
        ("1.234", [Fraction(1234, 1000)]),
        ("1.234.567", [1234567]),
        ("12,5", [Fraction(25, 2)]),
        ("1'000'000 or 1\u202f000", [1000000, 1000]),
        ("-3, −4 and 3–5", [-3, -4, 3, 5]),
        ("- 3 apples", [3]),
        (".5 or 2½ or 1 1/2 or 3/4", [Fraction(1, 2), Fraction(5, 2), Fraction(3, 2), Fraction(3, 4)]),
        (r"\frac{3}{4}", [Fraction(3, 4)]),
        ("1.5e3 and 2E-1", [1500, Fraction(1, 5)]),
        ("5 million", [5_000_000]),
        ("Seven apples, twenty-one pears", [7]),
        ("B12, v1.2.3, x2", []),
        ("1/0 and 1e999 and " + "9" * 80, []),
        ("She has 10 - 3 = 7.", [10, 3, 7]),
        ("48/2 = 24 and <<48+24=72>>72.\n#### 72", [24, 24, 48, 24, 72, 72, 72]),
        ("", []),
    ],
)
def test_numbers_in_order(text: str, numbers: list[Fraction]) -> None:
    assert [found.value for found in numbers_in(text)] == numbers


def test_the_comma_can_be_the_decimal_mark() -> None:
    assert last_number("1.234", decimal="comma") == Number(Fraction(1234))
    assert last_number("1,234", decimal="comma") == Number(Fraction(1234, 1000))


def test_percent_and_tolerance() -> None:
    half, fifty = last_number("0.5"), last_number("50 %")
    assert half is not None
    assert fifty is not None
    assert half.is_near(fifty, tolerance=0)
    assert fifty.is_near(half, tolerance=0)
    assert not Number(Fraction(99)).is_near(Number(Fraction(100)), tolerance=0.009)
    assert Number(Fraction(99)).is_near(Number(Fraction(100)), tolerance=0.01 + 1e-12)


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(-(10**12), 10**12), st.integers(0, 99))
def test_whatever_is_written_is_read_back(whole: int, hundredths: int) -> None:
    value = abs(whole) + Fraction(hundredths, 100)
    written = f"{'-' if whole < 0 else ''}{abs(whole):,}.{hundredths:02d}"
    assert last_number(f"It is {written} kg.") == Number(-value if whole < 0 else value)


@settings(max_examples=examples(300), deadline=None)
@given(st.text("0123456789.,/ e+-%½", max_size=60))
def test_any_digits_are_read_or_left(text: str) -> None:
    for number in numbers_in(text):
        assert abs(number.value) < 10**170
