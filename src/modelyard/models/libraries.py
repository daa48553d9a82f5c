"""Learning libraries loaded lean: what they would load on the side, and nothing here uses, stays out of the process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

_LEARNING = ("sklearn", "lightgbm")
"""Imported by name: whoever reads the imports of this module must not take them for what every model needs."""


def load_learning() -> None:
    """Load scikit-learn and LightGBM as if pandas were not installed: 60 MB and half a second less in each process.

    Both import pandas when they find it, to recognise its frames; they are given arrays here. CatBoost, which needs
    pandas, finds it afterwards. The service of one model has what that model predicts with: neither may be there.
    """
    with _hidden("pandas"):
        for name in _LEARNING:
            with suppress(ModuleNotFoundError):
                import_module(name)


def load_skops() -> None:
    """Load skops as if PyTorch were not installed: 200 MB less where it is.

    skops imports every module of scikit-learn to know its types, among them an adapter that imports PyTorch.
    """
    load_learning()
    with _hidden("torch"):
        import_module("skops.io")


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Let imports find no package of this name, unless it is loaded already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how importing is told that there is none
    try:
        yield
    finally:
        del sys.modules[name]
