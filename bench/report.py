"""How a figure is printed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its aim and what it was compared with."""

    what: str
    value: str
    aim: str
    beside: str = ""

    def row(self) -> str:
        """Return a row of a Markdown table."""
        return f"| {self.what} | {self.value} | {self.aim} | {self.beside} |"


HEAD = "| What | Measured | Aim | Beside it |\n|---|---|---|---|"
