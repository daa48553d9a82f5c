"""Reading an expression: operator precedence, types, and a sentence with the place for whatever is wrong."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from modelyard.workflows.expressions.functions import (
    FUNCTIONS,
    NEGATION,
    NOT,
    OPERATORS,
    TYPE_NAMES,
    Function,
    Operator,
    Parameter,
    Type,
    per_row,
)
from modelyard.workflows.expressions.tokens import Token, Wrong, tokens_of

MAX_DEPTH = 40
"""Brackets in brackets: more are not read by people, and every level is a call within a call."""
_LARGEST_WHOLE = 1000


@dataclass(frozen=True)
class Typed:
    """A part of an expression: its type and how it is built from Polars (or `Code`).

    `written` is its value when it is written out, `is_same` whether every row has the same, because it reads no column.
    """

    type: Type
    build: Callable[[Any], Any]
    token: Token
    written: float | str | bool | datetime | None = None
    is_same: bool = False


@dataclass(frozen=True)
class Expression:
    """What was read: the type of its values, how it is built from Polars (or `Code`), and the columns it reads."""

    type: Type
    build: Callable[[Any], Any]
    reads: frozenset[str]


def parse(text: str, columns: Mapping[str, Type]) -> Expression:
    """Return the expression over columns of these types; raise Wrong when it cannot be read or does not fit."""
    if not text.strip():
        raise Wrong("Write an expression, for example price / area.")
    parser = _Parser(tokens_of(text), columns)
    found, rest = parser.expression(0), parser.next
    if rest.word == ")":
        raise Wrong(f"This ) closes nothing {rest.at}.")
    if rest.kind != "end":
        raise Wrong(f"An operator is missing before {rest.text!r} {rest.at}.")
    if not parser.reads:
        raise Wrong("The expression reads no column, so every row would get the same value.")
    return Expression(found.type, found.build, frozenset(parser.reads))


@dataclass
class _Parser:
    tokens: list[Token]
    columns: Mapping[str, Type]
    reads: set[str] = field(default_factory=set)
    place: int = 0
    depth: int = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        self.place += token.kind != "end"
        return token

    def expect(self, sign: str, opened: Token) -> None:
        token = self.take()
        if token.word != sign:
            what = "The expression ends too early" if token.kind == "end" else f"{token.text!r} is not expected here"
            raise Wrong(f"{what} {token.at}: {sign} is missing for {opened.text!r} {opened.at}.")

    def expression(self, binds: int) -> Typed:
        """Return what is read up to the first operator that binds no stronger than `binds`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Wrong(f"There are more than {MAX_DEPTH} brackets in brackets {self.next.at}.")
        left = self._first()
        while (token := self.next).word in ("in", "is") or token.word in OPERATORS:
            if token.word in ("in", "is"):
                if binds >= OPERATORS["="].binds:
                    break
                left = self._listed(left) if token.word == "in" else self._missing(left)
                continue
            operator = OPERATORS[token.word]
            if operator.binds <= binds:
                break
            self.take()
            right = self.expression(operator.binds - (token.word == "^"))  # a ^ b ^ c is a ^ (b ^ c)
            left = _combined(token, operator, left, right)
        self.depth -= 1
        return left

    def _first(self) -> Typed:
        token = self.take()
        match token.kind:
            case "number":
                return _constant("number", float(token.text), token)
            case "text":
                return _constant("text", token.text, token)
            case "column":
                return self._column(token)
            case "word" if self.next.word == "(" and token.word not in ("not",):
                return self._call(token)
            case "word" | "sign":
                return self._prefix(token)
        raise Wrong(f"The expression ends too early {token.at}.")

    def _prefix(self, token: Token) -> Typed:
        if token.word == "(":
            inner = self.expression(0)
            self.expect(")", token)
            return inner
        if token.word in ("-", "+"):
            value = _require(self.expression(NEGATION), "number", token)
            return value if token.word == "+" else _opposite(value, token)
        if token.word == "not":
            condition = _require(self.expression(NOT), "truth", token)
            return Typed("truth", lambda pl: ~condition.build(pl), token)
        if token.word in ("true", "false"):
            return _constant("truth", token.word == "true", token)
        if token.kind == "sign" or token.word in OPERATORS or token.word in ("in", "is"):
            raise Wrong(f"A value is missing before {token.text!r} {token.at}.")
        return self._column(token)

    def _column(self, token: Token) -> Typed:
        name = token.text
        type_ = self.columns.get(name)
        if type_ is None:
            hint = _nearest(name, self.columns)
            raise Wrong(f"There is no column {name!r} {token.at}.{hint} Texts stand in single quotation marks.")
        self.reads.add(name)
        return Typed(type_, lambda pl: pl.col(name), token)

    def _call(self, token: Token) -> Typed:
        opened = self.take()
        if token.word == "date":
            return self._date(token, opened)
        function = FUNCTIONS.get(token.word)
        if function is None:
            raise Wrong(f"There is no function {token.text!r} {token.at}.{_nearest(token.word, FUNCTIONS)}")
        given: list[Typed] = []
        while self.next.word != ")":
            given.append(self.expression(0))
            if self.next.word != ",":
                break
            self.take()
        self.expect(")", token)
        return _called(token, function, given)

    def _date(self, token: Token, opened: Token) -> Typed:
        given = self.take()
        self.expect(")", opened)
        try:
            day = datetime.combine(date.fromisoformat(given.text), datetime.min.time())
        except ValueError:
            raise Wrong(f"A date is written like date('2024-01-31') {token.at}.") from None
        year, month, number = day.year, day.month, day.day
        return Typed("date", lambda pl: pl.datetime(year, month, number), token, day, is_same=True)

    def _listed(self, left: Typed) -> Typed:
        token, opened = self.take(), self.take()
        if opened.word != "(":
            raise Wrong(f"After {token.text!r} stands a list in brackets {opened.at}.")
        values = [_written(self._first(), left.type)]
        while self.next.word == ",":
            self.take()
            values.append(_written(self._first(), left.type))
        self.expect(")", opened)
        return Typed("truth", lambda pl: left.build(pl).is_in(values), token)

    def _missing(self, left: Typed) -> Typed:
        token, word = self.take(), self.take()
        is_negated = word.word == "not"
        word = self.take() if is_negated else word
        if word.word not in ("missing", "null"):
            raise Wrong(f"After {token.text!r} stands missing, or not missing {word.at}.")
        if is_negated:
            return Typed("truth", lambda pl: left.build(pl).is_not_null(), token)
        return Typed("truth", lambda pl: left.build(pl).is_null(), token)


def _constant(type_: Type, value: float | str | bool, token: Token) -> Typed:
    return Typed(type_, lambda pl: pl.lit(value), token, value, is_same=True)


def _opposite(value: Typed, token: Token) -> Typed:
    if isinstance(value.written, float):
        return _constant("number", -value.written, token)
    return Typed("number", lambda pl: -value.build(pl), token, is_same=value.is_same)


def _written(value: Typed, type_: Type) -> Any:
    if value.written is None or value.type != type_ or isinstance(value.written, datetime):
        raise Wrong(f"In this list stand values like {TYPE_NAMES[type_]}, written out {value.token.at}.")
    return value.written


def _combined(token: Token, operator: Operator, left: Typed, right: Typed) -> Typed:
    found = operator.on.get(left.type)
    if found is None or left.type != right.type:
        takes = " or ".join(f"{TYPE_NAMES[name]} twice" for name in operator.on)
        given = f"{TYPE_NAMES[left.type]} and {TYPE_NAMES[right.type]}"
        raise Wrong(f"{token.text!r} takes {takes}, not {given} {token.at}.")
    gives, build = found
    is_same = left.is_same and right.is_same
    if token.word == "/" and right.is_same and not left.is_same:
        return Typed(gives, lambda pl: build(pl, left.build(pl), per_row(pl, right.build(pl))), token)
    return Typed(gives, lambda pl: build(pl, left.build(pl), right.build(pl)), token, is_same=is_same)


def _called(token: Token, function: Function, given: list[Typed]) -> Typed:
    takes = list(function.takes)
    if function.more:
        takes += [takes[-1]] * (len(given) - len(takes))
    is_round = token.word == "round" and len(given) == 1  # its digits may be left out
    if len(given) != len(takes) and not is_round:
        least = "at least " if function.more else ""
        raise Wrong(f"{token.text!r} takes {least}{len(function.takes)} values, not {len(given)} {token.at}.")
    decided = {"if": given[:1], "coalesce": given[:-1]}.get(token.word, [])
    if same := next((value for value in decided if value.is_same), None):
        raise Wrong(f"{token.text!r} would do the same in every row, whatever the others are {same.token.at}.")
    arguments = [_argument(value, wanted, token) for value, wanted in zip(given, takes, strict=False)]
    gives = function.gives or _same_type(token, [v for v, wanted in zip(given, takes, strict=True) if wanted == "any"])
    is_same = all(value.is_same for value in given)
    return Typed(gives, lambda pl: function.build(pl, *(build(pl) for build in arguments)), token, is_same=is_same)


def _argument(value: Typed, wanted: Parameter, function: Token) -> Callable[[Any], Any]:
    written = value.written
    if wanted == "words" and isinstance(written, str):
        return lambda pl: written
    if wanted == "whole" and isinstance(written, float) and written.is_integer() and 0 <= written <= _LARGEST_WHOLE:
        whole = int(written)
        return lambda pl: whole
    if wanted == "any" or value.type == wanted:
        return value.build
    raise Wrong(f"{function.text!r} takes {TYPE_NAMES[wanted]} here, not {TYPE_NAMES[value.type]} {value.token.at}.")


def _same_type(function: Token, values: list[Typed]) -> Type:
    first = values[0].type
    other = next((value for value in values if value.type != first), None)
    if other is not None:
        names = f"{TYPE_NAMES[first]} and {TYPE_NAMES[other.type]}"
        raise Wrong(f"{function.text!r} would give {names}; the values must be alike {other.token.at}.")
    return first


def _require(value: Typed, type_: Type, token: Token) -> Typed:
    if value.type != type_:
        raise Wrong(f"{token.text!r} takes {TYPE_NAMES[type_]}, not {TYPE_NAMES[value.type]} {value.token.at}.")
    return value


def _nearest(word: str, known: Collection[str]) -> str:
    found = get_close_matches(word, known, n=1)
    return f" Did you mean {found[0]!r}?" if found else ""
