"""Kinds: a family parses what it knows and says where something is wrong."""

from typing import ClassVar, Literal

import pytest
from pydantic import ValidationError

from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Family, Kind, Parameter, families


class Shape(Kind):
    """What the family is of."""


class Circle(Shape):
    """Round.

    And nothing else.
    """

    kind: Literal["circle"] = "circle"
    title: ClassVar[str] = "Circle"
    radius: float = Parameter(1.0, description="How far it reaches.", unit="m", gt=0)


class Rectangle(Shape):
    """Has corners."""

    kind: Literal["rectangle"] = "rectangle"
    requires: ClassVar[tuple[str, ...]] = ("no_such_package",)
    inner: Circle = Parameter(Circle(), description="What lies in it.", advanced=True)


SHAPES = Family("shape", Shape, {"circle": Circle, "rectangle": Rectangle})


def test_a_document_becomes_its_kind_and_back() -> None:
    circle = SHAPES.parse({"kind": "circle", "radius": 2})
    assert circle == Circle(radius=2)
    assert SHAPES.parse(circle.model_dump(mode="json")) == circle


@pytest.mark.parametrize("name", [None, 3, "", "hexagon", ["circle"], "h" * 100_000])
def test_an_unknown_kind_is_named_and_not_a_crash(name: object) -> None:
    with pytest.raises(Invalid) as error:
        SHAPES.parse({"kind": name}, path=("nodes", 4))
    assert error.value.fields[0].path == ("nodes", 4, "kind")
    assert "newer version" in error.value.message
    assert len(error.value.message) < 300


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"kind": "circle", "radius": -1}, ("radius",)),
        ({"kind": "circle", "radius": "wide"}, ("radius",)),
        ({"kind": "circle", "colour": "red"}, ("colour",)),
        ({"kind": "rectangle", "inner": {"kind": "circle", "radius": None}}, ("inner", "radius")),
    ],
)
def test_a_wrong_field_is_told_by_its_path(document: dict[str, object], path: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as error:
        SHAPES.parse(document, path=("shape",))
    assert error.value.fields[0].path == ("shape", *path)


def test_kinds_do_not_change_after_they_are_made() -> None:
    with pytest.raises(ValidationError):
        Circle().radius = 3.0  # type: ignore[misc]  # the point of the test


def test_a_card_tells_what_a_form_needs() -> None:
    card = Circle.card()
    assert (card["title"], card["summary"], card["available"]) == ("Circle", "Round.", True)
    radius = card["schema"]["properties"]["radius"]
    assert (radius["x-unit"], radius["exclusiveMinimum"], radius["default"]) == ("m", 0, 1.0)
    assert "x-advanced" not in radius
    assert Rectangle.card()["schema"]["properties"]["inner"]["x-advanced"] is True


def test_a_kind_whose_package_is_missing_says_so_instead_of_disappearing() -> None:
    reason = Rectangle.card()["unavailable_reason"]
    assert reason == "not installed: pip install modelyard[no_such_package]"


def test_installed_families_are_found() -> None:
    assert {"job", "engine", "node", "servable"} <= set(families())
    assert "train" in families()["node"].kinds
