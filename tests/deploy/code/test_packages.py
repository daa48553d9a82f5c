"""What is known of packages: names, what they bring along."""

import json
from datetime import date
from importlib.resources import files

import pytest
from packaging.utils import canonicalize_name

from modelyard.deploy.code import packages
from modelyard.deploy.code.packages import brought_by, is_namespace, known_packages_of


def read() -> dict[str, dict[str, list[str]]]:
    content = json.loads(files("modelyard.deploy.code").joinpath("packages.json").read_text(encoding="utf-8"))
    assert date.fromisoformat(content["read"]).year >= 2026
    found: dict[str, dict[str, list[str]]] = content["packages"]
    return found


def test_names_are_those_of_the_index_and_stand_once() -> None:
    names = list(read())
    assert names == sorted({str(canonicalize_name(name)) for name in names})
    assert len(names) > 1_000


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("bson", "pymongo"),
        ("cv2", "opencv-python-headless"),
        ("psycopg2", "psycopg2-binary"),
        ("sklearn", "scikit-learn"),
        ("google.genai.types", "google-genai"),
        ("google.cloud.storage", "google-cloud-storage"),
        ("mpl_toolkits.mplot3d", "matplotlib"),
        ("pkg_resources", "setuptools"),
    ],
)
def test_a_module_leads_to_the_package_to_add(module: str, package: str) -> None:
    assert known_packages_of(module)[0] == package


def test_what_nobody_knows_is_of_no_package() -> None:
    assert known_packages_of("warehouse_client") == ()
    assert known_packages_of("google.colab") == ()
    assert is_namespace("google")
    assert not is_namespace("numpy")


def test_a_preferred_package_brings_the_name_it_is_preferred_for() -> None:
    assert all(package in known_packages_of(name)[:1] for name, package in packages.FIRST.items())


def test_what_comes_along_comes_with_extras_and_through_others() -> None:
    assert {"starlette", "anyio", "idna"} <= brought_by(["fastapi"])
    assert "python-multipart" not in brought_by(["fastapi"])
    assert {"python-multipart", "uvloop"} <= brought_by([], ["fastapi[standard]"])
    assert brought_by(["acme-internal-sdk"]) == set()
    assert not any("[" in name for name in brought_by(["gradio", "datasets"]))
