"""Column names: every column has one, and no two have the same."""

from collections.abc import Sequence

from modelyard.data.reading.notes import Note

MAX_NAME_LENGTH = 256


def unique_names(given: Sequence[str]) -> tuple[list[str], list[Note]]:
    """Return usable names in the same order, and a note about each that had to change."""
    names: list[str] = []
    notes: list[Note] = []
    taken = {name.strip() for name in given}
    used: set[str] = set()
    for position, raw in enumerate(given, start=1):
        stripped = " ".join(raw.split()) if raw.isprintable() else " ".join("".join(_printable(raw)).split())
        wanted = stripped[:MAX_NAME_LENGTH] or f"column_{position}"
        name, copy = wanted, 1
        while name in used or (name != wanted and name in taken):
            copy += 1
            name = f"{wanted}_{copy}"
        used.add(name)
        names.append(name)
        if name != raw.strip():
            notes.append(_renamed(position, raw, name))
    return names, notes


def _printable(raw: str) -> list[str]:
    return [character if character.isprintable() else " " for character in raw]


def _renamed(position: int, raw: str, name: str) -> Note:
    why = "had no name" if not raw.strip() else f"was called {raw.strip()[:80]!r}, as another column or unprintably"
    return Note(kind="renamed_columns", column=name, message=f"Column {position} {why}; it is now {name!r}.")
