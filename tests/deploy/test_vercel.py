"""What goes to Vercel is told by files, workflows and sentences; what lives elsewhere is no candidate."""

import pytest

from modelyard.deploy.auditing.audit import all_rules
from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.suffixes import is_local, is_same_site, site_of
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.vercel import vercel_deployables
from modelyard.deploy.rule import Rule

OF_PAGES = ("Front ends", "Origins", "Vercel", "Security")

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
    assert one.entry is not None
    assert one.entry.module == "api/index.py"


ODD = {
    "package.json": '{"name": {}, "dependencies": ["next"], "scripts": 3, "devDependencies": {"vite": null}}',
    "web/package.json": '{"name": 7, "dependencies": {"next": {"a": 1}}, "workspaces": "x"}',
    "web/app/page.tsx": "'use client'; import x from '@/'; import '../../../../etc'; export default () => <",
    "web/app/[a]/[...b]/route.ts": "export { GET } from './[a]'; export const POST = ;",
    "web/tsconfig.json": '{"compilerOptions": {"baseUrl": 3, "paths": {"@/*": "src", "~": [1, null]}}}',
    "web/next.config.js": "module.exports = (a, b) => ({ ...c, output, rewrites: 3, env: [1], images: null",
    "web/vercel.json": '{"rewrites": [1, {"destination": []}], "env": [], "build": [], "functions": {"a": 1}}',
    "vercel.json": "[1, 2]",
    "index.html": "<script>localStorage.setItem(</script><script src=>",
    "site/index.html": "<script>" * 50,
    "main.py": (
        "from fastapi.middleware.cors import CORSMiddleware as C\napp.add_middleware(C, 1, *a,"
        " allow_origins=[1, None, []], allow_origin_regex='(((', **b)\n"
        "response.set_cookie()\nRedirectResponse()\nRedirectResponse(url=1)\n"
    ),
    "Dockerfile": "FROM python\nCOPY . .\nRUN npm ci && npm run build\nCMD uvicorn main:app",
    "README.md": "---\nsdk: docker\n---\nhttps://.vercel.app https://a.vercel.app",
}


@pytest.mark.parametrize("rule", [rule for rule in all_rules() if rule.group in OF_PAGES], ids=lambda rule: rule.kind)
def test_odd_projects_are_survived(rule: Rule) -> None:
    assert isinstance(list(rule.check(Project(CodeBase.of(ODD)))), list)


def test_sites() -> None:
    assert not is_same_site("https://a.hf.space", "https://b.vercel.app")
    assert is_same_site("https://app.example.co.uk", "https://api.example.co.uk:8443/x")
    assert not is_same_site("https://a.onrender.com", "b.onrender.com")
    assert site_of("http://[::1]:80") == "::1"
    assert [is_local(host) for host in ("http://localhost:8000", "backend:80", "10.0.0.1", "hf.space", "http://[")] == [
        *(True, True, True, False, False)
    ]
