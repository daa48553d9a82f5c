"""What a model needs to predict: the modules of this package, and the libraries that they import, by reading them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from modelyard.endpoints.alone.code import closure, imported, is_ours, pinned, top
from modelyard.kernel.kinds import Kind, families

_ENTRANCE = "modelyard.models.chain"


@cache
def modules(*entrances: str) -> dict[str, Path]:
    """Return the modules, by name, without which no model can be loaded: the chain's, and those of all its kinds.

    `entrances` are modules that are started beside them.
    """
    kinds = [kind for name in ("engine", "node") for kind in families()[name].kinds.values()]
    return closure([_ENTRANCE, *entrances, *(kind.__module__ for kind in kinds if is_ours(kind.__module__))])


@dataclass(frozen=True)
class Libraries:
    """What a service installs, `name==version` as installed here.

    `whole` come with what they need in turn, `bare` without: the engines that take only their own library say so.
    """

    whole: tuple[str, ...]
    bare: tuple[str, ...]

    @property
    def all(self) -> list[str]:
        """Both, for an installer that asks nobody."""
        return sorted((*self.whole, *self.bare))


def requirements(documents: Collection[dict[str, Any]], *entrances: str) -> Libraries:
    """Return the libraries that a chain of these kinds predicts with.

    `entrances` are modules that are started beside it.
    """
    kinds = {kind for document in documents for kind in _kinds(document)}
    lean = {name for kind in kinds for name in kind.predicts_with or ()}
    read = [kind for kind in kinds if kind.predicts_with is None]
    ours = [kind.__module__ for kind in read if is_ours(kind.__module__)]
    whole = imported(closure([_ENTRANCE, *entrances, *ours]).values())
    whole |= {top(kind.__module__) for kind in read}
    whole |= {name for kind in read for name in kind.requires}
    whole |= {name for document in documents for name in _chosen(document)}
    return Libraries(tuple(pinned(whole)), tuple(pinned(lean - whole)))


def _kinds(document: Any) -> Iterator[type[Kind]]:
    """Yield the kinds that a document names, also those inside it: the members of an ensemble."""
    if isinstance(document, dict):
        for name in ("engine", "node"):
            found = families()[name].get(document.get("kind", ""))
            if found is not None:
                yield found
        for inner in document.values():
            yield from _kinds(inner)
    elif isinstance(document, list | tuple):
        for inner in document:
            yield from _kinds(inner)


def _chosen(document: Any) -> Iterator[str]:
    """Yield the modules that parameters of a document's kinds need with the values they have."""
    if isinstance(document, dict):
        for kind in (families()[name].kinds.get(document.get("kind", "")) for name in ("engine", "node")):
            for (parameter, value), names in (kind.requires_for if kind is not None else {}).items():
                yield from names if document.get(parameter) == value else ()
        for inner in document.values():
            yield from _chosen(inner)
    elif isinstance(document, list | tuple):
        for inner in document:
            yield from _chosen(inner)
