"""A stand-in for Polars that writes down what is done with it, so that what runs and what is exported are one text."""

from typing import Any


class Code:
    """Python source of an expression; attributes, calls and operators give longer ones."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        """Return the source."""
        return self._text

    def __getattr__(self, name: str) -> "Code":
        if name.startswith("__"):
            raise AttributeError(name)
        return Code(f"{self._text}.{name}")

    def __call__(self, *values: Any, **named: Any) -> "Code":
        """Return the source of a call."""
        given = [_source(value) for value in values] + [f"{name}={_source(value)}" for name, value in named.items()]
        return Code(f"{self._text}({', '.join(given)})")

    def __invert__(self) -> "Code":
        """Return the source of `not`."""
        return Code(f"(~{self._text})")

    def __neg__(self) -> "Code":
        """Return the source of the opposite."""
        return Code(f"(-{self._text})")


def _operator(sign: str) -> Any:
    def write(self: Code, other: Any) -> Code:
        return Code(f"({self} {sign} {_source(other)})")

    return write


for _name, _sign in {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "mod": "%", "pow": "**", "and": "&", "or": "|",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}.items():  # fmt: skip
    setattr(Code, f"__{_name}__", _operator(_sign))


def _source(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_source, value))}]"
    return str(value) if isinstance(value, Code) else repr(value)
