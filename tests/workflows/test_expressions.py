"""Expressions: what they mean, what is refused and where, and that nothing gets through but single rows."""

import contextlib
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.workflows.expressions.functions import FUNCTIONS, OPERATORS, Type
from modelyard.workflows.expressions.parser import parse
from modelyard.workflows.expressions.tokens import MAX_CHARACTERS, Wrong
from modelyard.workflows.nodes.expression import ExpressionNode
from tests.examples import examples
from tests.workflows.tables import mixed_frame, schema_of, table_of

FRAME = pl.DataFrame(
    {
        "a": [6.0, -7.0, None, 0.0],
        "b": [4, 2, 3, 0],
        "s": ["Abc d", "x", None, " 1e2 "],
        "flag": [True, False, None, True],
        "d": [date(2024, 11, 5), date(2023, 1, 1), None, date(2024, 2, 29)],
        "t": pl.Series(["2024-11-06T12:00", "2023-01-01T00:30", None, "2024-02-29T00:00"]).str.to_datetime(),
        "two words": [1.5, 2.5, -2.5, float("inf")],
        'say "hi"': [1, 2, 3, 4],
        "and": [0, 1, 2, 3],
    }
)


def values(text: str) -> list[Any]:
    node = ExpressionNode(name="new", expression=text)
    table = table_of(FRAME, s="text")
    assert not node.problems(table.schema), node.problems(table.schema)
    after = node.apply(table, node.learn(table))
    assert after.schema == node.schema_after(table.schema)
    found: list[Any] = after.frame["new"].to_list()
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a / b", [1.5, -3.5, None, None]),
        ("1 - 2 - b", [-5, -3, -4, -1]),
        ("2 + 3 * b", [14, 8, 11, 2]),
        ("(2 + 3) * b", [20, 10, 15, 0]),
        ("-2 ^ 2 + b", [0, -2, -1, -4]),
        ("2 ^ b ^ 2 / 2", [2.0**15, 8.0, 256.0, 0.5]),
        ("b * -2", [-8, -4, -6, 0]),
        ("a % 4", [2.0, 1.0, None, 0.0]),
        ("b % 0", [None, None, None, None]),
        ("a ^ 0.5", [6**0.5, None, None, 0.0]),
        ("10 ^ (b * 100)", [None, 1e200, 1e300, 1.0]),
        ("2 ^ 100 + b - b", [2.0**100] * 4),
        ("1.0 / 3.0 + b - b", pytest.approx([1 / 3] * 4, rel=1e-15)),
        ("month(d) * 100", [1100, 100, None, 200]),
        ("length(s) - 10", [-5, -9, None, -5]),
        ('"two words" * 2', [3.0, 5.0, -5.0, None]),
        ('"say ""hi""" + "and"', [1, 3, 5, 7]),
        ('round("two words")', [2.0, 3.0, -3.0, None]),
        ("round(a / b, 1)", [1.5, -3.5, None, None]),
        ("abs(a) + sign(a) + floor(-0.5) + ceil(0.5)", [7.0, 6.0, None, 0.0]),
        ("ln(a)", [pytest.approx(1.791759469228055), None, None, None]),
        ("log2(b) + log10(100)", [4.0, 3.0, pytest.approx(3.584962500721156), None]),
        ("exp(b * 1000)", [None, None, None, 1.0]),
        ("sqrt(a - 2)", [2.0, None, None, None]),
        ("min(a, b, 1)", [1.0, -7.0, 1.0, 0.0]),
        ("max(a, b)", [6.0, 2.0, 3.0, 0.0]),
        ("number(s)", [None, None, None, 100.0]),
        ("upper(s)", ["ABC D", "X", None, " 1E2 "]),
        ("concat(left(s, 1), '-', right(lower(s), 1))", ["A-d", "x-x", None, " - "]),
        ("replace(trim(s), '.', '!')", ["Abc d", "x", None, "1e2"]),
        ("'it''s'  = s or starts_with(s, 'A')", [True, False, None, False]),
        ("contains(s, '.') or ends_with(s, 'd')", [True, False, None, False]),
        ("a > 0 and b >= 2", [True, False, None, False]),
        ("not a = 6 and b != 0", [False, True, None, False]),
        ("flag or a is missing", [True, False, True, True]),
        ("a is not null and is_missing(s) = false", [True, True, False, True]),
        ("b in (4, -1, 0) ", [True, False, False, True]),
        ("s in ('x')", [False, True, None, False]),
        ("if(flag, 1, b)", [1, 2, 3, 1]),
        ("coalesce(a, b)", [6.0, -7.0, 3.0, 0.0]),
        ("t - d", [1.5, pytest.approx(0.5 / 24), None, 0.0]),
        ("d >= date('2024-01-01')", [True, False, None, True]),
        ("year(t) + weekday(d) + day(d) + hour(t) + minute(t)", [2043, 2061, None, 2057]),
        ("year(if(flag, d, date('2000-01-01')))", [2024, 2000, 2000, 2024]),
        ("IF(a > 0 AND b < 5, 'Yes', 'No')", ["Yes", "No", "No", "No"]),
    ],
)
def test_what_an_expression_means(text: str, expected: Any) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Write an expression, for example price / area."),
        ("a +", "The expression ends too early (character 4)."),
        ("a b", "An operator is missing before 'b' (character 3)."),
        ("(a", "The expression ends too early (character 3): ) is missing for '(' (character 1)."),
        ("a)", "This ) closes nothing (character 2)."),
        ("* a", "A value is missing before '*' (character 1)."),
        ("a + 'x", "The quotation mark ' is not closed (character 5)."),
        ("a ? b", "'?' means nothing here (character 3)."),
        ("a; b", "';' means nothing here (character 2)."),
        ("aa + 1", "There is no column 'aa' (character 1). Did you mean 'a'? Texts stand in single quotation marks."),
        ("rond(a)", "There is no function 'rond' (character 1). Did you mean 'round'?"),
        ("sum(a)", "There is no function 'sum' (character 1)."),
        ("a + s", "'+' takes a number twice, not a number and text (character 3)."),
        (
            "s < flag",
            "'<' takes a number twice or text twice or a date twice, not text and true or false (character 3)",
        ),
        ("coalesce(1, a)", "'coalesce' would do the same in every row, whatever the others are (character 10)."),
        ("if(1 < 2, a, b)", "'if' would do the same in every row, whatever the others are (character 6)."),
        ("not a", "'not' takes true or false, not a number (character 5)."),
        ("upper(a)", "'upper' takes text here, not a number (character 7)."),
        ("round(a, b)", "'round' takes a whole number from 0 to 1000, written out here, not a number (character 10)."),
        ("abs(a, b)", "'abs' takes 1 values, not 2 (character 1)."),
        ("max(a)", "'max' takes at least 2 values, not 1 (character 1)."),
        ("if(flag, 1, 'x')", "'if' would give a number and text; the values must be alike (character 13)."),
        ("date('2024-13-01') < d", "A date is written like date('2024-01-31') (character 1)."),
        ("b in (1, 'x')", "In this list stand values like a number, written out (character 10)."),
        ("b in 1", "After 'in' stands a list in brackets (character 6)."),
        ("b is 1", "After 'is' stands missing, or not missing (character 6)."),
        ("1 + 1", "The expression reads no column, so every row would get the same value."),
        ("(" * 60 + "a" + ")" * 60, "There are more than 40 brackets in brackets (character 41)."),
        ("a" + " + a" * 300, "The expression has 1,201 characters; at most 1,000 are read."),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str) -> None:
    types: dict[str, Type] = {"a": "number", "b": "number", "s": "text", "flag": "truth", "d": "date"}
    with pytest.raises(Wrong) as caught:
        parse(text, types)
    assert caught.value.message.removesuffix(" Did you mean 'sqrt'?").startswith(message)


def test_the_target_cannot_be_read_and_names_must_be_free() -> None:
    schema = schema_of(mixed_frame(20), target="price", task="regression")
    (problem,) = ExpressionNode(name="x", expression="price * 2").problems(schema)
    assert (problem.field, problem.message.startswith("'price' is the target")) == ("expression", True)
    (problem,) = ExpressionNode(name="size", expression="weight * 2").problems(schema)
    assert problem.field == "name"
    assert [p.field for p in ExpressionNode(expression="weight * 2").problems(schema)] == ["name"]
    (problem,) = ExpressionNode().problems(schema)
    assert problem.severity == "warning"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "a.__class__", "open('x')", "lambda: 1", "a[0]", "{a}", "f'x'", "eval('1')",
        "SELECT a", "a OVER (b)", "a -- b ; DROP TABLE x", "pl.col('a')", "shift(a)", "mean(a)", "count(a)", "now()",
        "random()", "read_csv('/etc/passwd')", "a \n; b", "\x00", "a\u202e",
    ],
)  # fmt: skip
def test_nothing_else_gets_through(text: str) -> None:
    with pytest.raises(Wrong):
        parse(text, {"a": "number", "b": "number"})


PIECES = [*FUNCTIONS, *OPERATORS, *"()(),-.", *"ab12sd", "flag", "2.5", "'x'", "not", "in", "is", "missing", "true"]
TYPES: dict[str, Type] = {"a": "number", "b": "number", "s": "text", "flag": "truth", "d": "date", "t": "date"}
TYPES["two words"] = "number"


@settings(max_examples=examples(500), deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_computed(pieces: list[str]) -> None:
    text = " ".join(pieces)
    with contextlib.suppress(Wrong):
        parse(text, TYPES)
        assert len(values(text)) == FRAME.height


@st.composite
def sound(draw: st.DrawFn, wanted: Type = "number", depth: int = 3) -> str:
    """Return an expression of a type that fits the columns."""
    simple: dict[Type, list[str]] = {
        "number": ["a", "b", '"two words"', "1", "0", "2.5"],
        "text": ["s", "'x y'"],
        "truth": ["flag", "true"],
        "date": ["d", "t", "date('2024-02-29')"],
    }
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(simple[wanted]))

    def part(type_: Type) -> str:
        return draw(sound(type_, depth - 1))

    # Not powers: Polars takes a shorter way for one exponent than for many, which may differ in the last bit.
    kept = {sign: operator.on for sign, operator in OPERATORS.items() if sign != "^"}
    signs = [(sign, taken) for sign, on in kept.items() for taken, (gives, _) in on.items() if gives == wanted]
    calls = [(name, f) for name, f in FUNCTIONS.items() if f.gives in (wanted, None)]
    if signs and draw(st.booleans()):
        sign, taken = draw(st.sampled_from(signs))
        return f"({part(taken)} {sign} {part(taken)})"
    name, function = draw(st.sampled_from(calls))
    written = {"words": "'x'", "whole": "2"}
    given = [written.get(p) or part(wanted if p == "any" else p) for p in function.takes]  # type: ignore[arg-type]  # the other parameters are types
    return f"{name}({', '.join(given)})"


@settings(max_examples=examples(300), deadline=None)
@given(text=st.sampled_from(["number", "text", "truth", "date"]).flatmap(lambda wanted: sound(wanted)))
def test_what_fits_is_computed_row_by_row(text: str) -> None:
    """Each row alone gives what it gives among the others: nothing looks beyond the row."""
    node = ExpressionNode(name="new", expression=text)
    table = table_of(FRAME, s="text")
    problems = [problem.message for problem in node.problems(table.schema)]
    if problems:
        expected = ("reads no column", "would do the same in every row")
        assert len(text) > MAX_CHARACTERS or any(known in problems[0] for known in expected), (text, problems)
        return
    learned = node.learn(table)
    whole = node.apply(table, learned).frame["new"]
    for place in range(FRAME.height):
        row = table_of(FRAME[place : place + 1], s="text")
        assert node.apply(row, learned).frame["new"].equals(whole[place : place + 1], null_equal=True), text
