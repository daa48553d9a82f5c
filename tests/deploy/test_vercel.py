"""What goes to Vercel is told by files, workflows and sentences; what lives elsewhere is no candidate."""

import pytest

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.suffixes import is_local, is_same_site, site_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.vercel import vercel_deployables

APP = {
    "frontend/package.json": '{"name": "pages", "dependencies": {"next": "15"}}',
    "frontend/app/page.tsx": "export default () => null",
}
TEMPLATE = "## Deploy on Vercel\nThe easiest way to deploy your Next.js app is to use the Vercel Platform.\n"


@pytest.mark.parametrize(
    ("more", "is_declared", "shape"),
    [
        ({}, False, "node"),
        ({"frontend/README.md": TEMPLATE}, False, "node"),
        ({"README.md": "The front end is deployed on Vercel."}, True, "node"),
        ({"backend/main.py": 'ORIGINS = ["https://ratings.vercel.app"]'}, True, "node"),
        ({"backend/main.py": 'ORIGINS = ["https://your-app.vercel.app"]'}, False, "node"),
        ({"vercel.json": "{}"}, True, "node"),
        ({"frontend/next.config.mjs": "export default { output: 'export' }"}, False, "static"),
        ({".github/workflows/d.yml": "run: vercel deploy --prebuilt"}, True, "node"),
    ],
)
def test_front_ends(more: dict[str, str], is_declared: bool, shape: str) -> None:
    (one,) = vercel_deployables(Project(CodeBase.of({**APP, **more})))
    assert (one.name, one.root, one.is_declared, one.shape) == ("pages", "frontend", is_declared, shape)
    assert bool(one.told_by) == is_declared


@pytest.mark.parametrize(
    "more",
    [
        {".github/workflows/pages.yml": "uses: actions/deploy-pages@v4"},
        {"Dockerfile": "FROM node AS ui\nRUN cd frontend && npm run build\nFROM python:3.12\nCMD uvicorn app:app\n"},
    ],
)
def test_what_lives_elsewhere_is_no_candidate(more: dict[str, str]) -> None:
    assert list(vercel_deployables(Project(CodeBase.of({**APP, **more})))) == []


def test_functions_and_names_of_a_vercel_json() -> None:
    config = '{"builds": [{"src": "api/index.py", "use": "@vercel/python"}], "env": {"A": "1", "B": "@b"}}'
    (one,) = vercel_deployables(Project(CodeBase.of({"vercel.json": config, "api/index.py": "app = 1"})))
    assert (one.shape, one.is_declared, one.environment) == ("functions", True, (("A", "1"), ("B", None)))


def test_sites() -> None:
    assert not is_same_site("https://a.hf.space", "https://b.vercel.app")
    assert is_same_site("https://app.example.co.uk", "https://api.example.co.uk:8443/x")
    assert not is_same_site("https://a.onrender.com", "b.onrender.com")
    assert site_of("http://[::1]:80") == "::1"
    assert [is_local(host) for host in ("http://localhost:8000", "backend:80", "10.0.0.1", "hf.space", "http://[")] == [
        *(True, True, True, False, False)
    ]
