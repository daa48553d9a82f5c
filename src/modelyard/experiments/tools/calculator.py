"""A calculator for agents: arithmetic that is parsed and bounded, never evaluated as code."""

import ast
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from modelyard.experiments.strategy import Desk
from modelyard.experiments.tools.tool import Observation

LONGEST = 500
"""Characters of an expression."""
MOST_BITS = 4096
"""Of a whole number on the way; the result of 9**9**9 has more than a billion."""
LARGEST_FACTORIAL = 400
Value = int | float

_TWO: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_ONE: dict[type[ast.unaryop], Callable[[Value], Value]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{"abs": abs, "round": round, "min": min, "max": max, "sqrt": math.sqrt, "exp": math.exp, "log": math.log},
    **{"log10": math.log10, "log2": math.log2, "sin": math.sin, "cos": math.cos, "tan": math.tan},
    **{"floor": math.floor, "ceil": math.ceil, "gcd": math.gcd, "factorial": math.factorial},
}
_CONSTANTS = {"pi": math.pi, "e": math.e}
_AS_CODE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), ""),
    (re.compile(r"[×·∙]|(?<=[\d)]) ?[xX] ?(?=[\d(])"), "*"),
    (re.compile("[÷∶]"), "/"),
    (re.compile("[−–]"), "-"),
    (re.compile(r"\^"), "**"),
    (re.compile(r"(?<=\d) ?% ?of\b"), "/100*"),
    (re.compile(r"(?<=\d) ?%(?= ?(?:$|[-+*/)]))"), "/100"),
    (re.compile(r"[$€£]|\s*=\s*\??\s*$"), ""),
)
"""How people write arithmetic, and how it is parsed."""


@dataclass(frozen=True)
class Calculator:
    """Reckons arithmetic."""

    name: str = "calculator"
    about: str = "Reckons arithmetic, such as 12.5 * (3 + 4) or sqrt(2); takes one expression of numbers."

    async def use(self, asked: str, desk: Desk) -> Observation:
        """Return the result; raise ValueError for what is no arithmetic, or too large."""
        return Observation(said(calculate(asked)))


def calculate(expression: str) -> Value:
    """Return what an arithmetic expression comes to; raise ValueError for anything else, and for too large numbers."""
    text = expression.strip()
    if len(text) > LONGEST:
        raise ValueError(f"The expression has {len(text)} characters; {LONGEST} are the most.")
    for written, code in _AS_CODE:
        text = written.sub(code, text)
    try:
        value = _value(ast.parse(text.strip(), mode="eval").body)
    except ZeroDivisionError:
        raise ValueError("Nothing can be divided by zero.") from None
    except OverflowError:
        raise ValueError("The result is too large.") from None
    except (SyntaxError, MemoryError, RecursionError, TypeError):
        raise ValueError(f"{expression.strip()[:100]!r} is no arithmetic.") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("The result is no finite number.")
    return value


def said(value: Value) -> str:
    """Return a result as it is told: whole numbers as they are, others with twelve digits."""
    return str(value) if isinstance(value, int) else f"{value:.12g}"


def _value(node: ast.expr) -> Value:
    match node:
        case ast.Constant(value=bool()):
            raise TypeError
        case ast.Constant(value=int() | float() as value):
            return _bounded(value)
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=sign, operand=of) if type(sign) in _ONE:
            return _ONE[type(sign)](_value(of))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _TWO:
            return _two(sign, _value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _called(name, [_value(each) for each in arguments])
    raise TypeError


def _two(sign: ast.operator, left: Value, right: Value) -> Value:
    if isinstance(sign, ast.Pow) and _is_huge_power(left, right):
        raise OverflowError
    found = _TWO[type(sign)](left, right)
    if isinstance(found, complex):
        raise ValueError("The result is no real number.")
    return _bounded(found)


def _is_huge_power(base: Value, power: Value) -> bool:
    """Say before it is reckoned whether a power of whole numbers has too many bits."""
    are_whole = isinstance(base, int) and isinstance(power, int)
    return are_whole and abs(base) > 1 and int(base).bit_length() * abs(power) > MOST_BITS


def _called(name: str, arguments: list[Value]) -> Value:
    if name == "factorial" and any(each > LARGEST_FACTORIAL for each in arguments):
        raise OverflowError
    if name == "round" and any(not -20 <= each <= 20 for each in arguments[1:]):
        raise OverflowError
    try:
        return _bounded(_FUNCTIONS[name](*arguments))
    except ValueError:
        raise ValueError(f"{name} cannot be had of {', '.join(map(said, arguments))}.") from None


def _bounded(value: Value) -> Value:
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise OverflowError
    return value
