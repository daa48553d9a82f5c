"""The calculator of agents: arithmetic, and nothing that could take long or be something else."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.experiments.tools.calculator import calculate, said
from tests.examples import examples


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("2 + 2 * 3", "8"),
        ("12.5 * (3 + 4)", "87.5"),
        ("2^10", "1024"),
        ("1,234 × 2 ÷ 4", "617"),
        ("3 x 4", "12"),
        ("15% of 200", "30"),
        ("200 * 15%", "30"),
        ("10 % 3", "1"),
        ("$5 + $7 =", "12"),
        ("sqrt(2)", "1.41421356237"),
        ("max(1, 2, abs(-3))", "3"),
        ("-2 ** 2", "-4"),
        ("7 // 2 + 7 % 4", "6"),
        ("factorial(20)", "2432902008176640000"),
        ("0.1 + 0.2", "0.3"),
        ("2 * pi", "6.28318530718"),
    ],
)
def test_arithmetic_as_people_write_it(expression: str, result: str) -> None:
    assert said(calculate(expression)) == result


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("9**9**9", "too large"),
        ("9**9**9**9", "too large"),
        ("factorial(100000)", "too large"),
        ("(10**1000)**1000", "too large"),
        ("10.0 ** 400", "too large"),
        ("1e308 * 10", "no finite number"),
        ("1 / 0", "divided by zero"),
        ("(-8) ** 0.5", "no real number"),
        ("sqrt(-1)", "cannot be had of -1"),
        ("1 << 100000", "no arithmetic"),
        ("'a' * 10**9", "no arithmetic"),
        ("__import__('os').system('x')", "no arithmetic"),
        ("().__class__", "no arithmetic"),
        ("True + 1", "no arithmetic"),
        ("max()", "no arithmetic"),
        ("sum([1, 2])", "no arithmetic"),
        ("x = 1", "no arithmetic"),
        ("two plus two", "no arithmetic"),
        ("", "no arithmetic"),
        ("(" * 300, "no arithmetic"),
        ("1+" * 400 + "1", "500 are the most"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(expression: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        calculate(expression)


NUMBERS = st.integers(-999, 999).map(str) | st.floats(0, 1e6).map(lambda number: f"{number:.3f}")
EXPRESSIONS = st.recursive(
    NUMBERS,
    lambda parts: st.tuples(parts, st.sampled_from(["+", "-", "*", "/", "**", "%", "//"]), parts).map(
        lambda three: f"({three[0]} {three[1]} {three[2]})"
    ),
    max_leaves=8,
)


@settings(max_examples=examples(400), deadline=None)
@given(EXPRESSIONS)
def test_any_arithmetic_has_a_bounded_result_or_a_reason(expression: str) -> None:
    try:
        value = calculate(expression)
    except ValueError:
        return
    assert isinstance(value, int) or math.isfinite(value)
    assert len(said(value)) < 1300


@settings(max_examples=examples(300), deadline=None)
@given(st.text("0123456789.,()+-*/%^ exsqrt", max_size=80) | st.text(max_size=80))
def test_any_text_is_reckoned_or_refused(text: str) -> None:
    try:
        value = calculate(text)
    except ValueError:
        return
    assert said(value)


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.sampled_from("+-*"))
def test_whole_numbers_are_exact(left: int, right: int, sign: str) -> None:
    expected = {"+": left + right, "-": left - right, "*": left * right}[sign]
    assert calculate(f"({left:,}) {sign} ({right:,})") == expected
