"""A blueprint's services become deployables, and names of the environment are gathered from every tier."""

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.project.naming import names_set
from modelyard.deploy.project.project import Project
from modelyard.deploy.project.render import render_deployables

BLUEPRINT = """\
services:
  - type: web
    name: api
    env: python
    rootDir: backend
    startCommand: uvicorn app.main:app --host 0.0.0.0 --port $PORT
    preDeployCommand: alembic upgrade head
    envVars:
      - key: SECRET_KEY
        generateValue: true
      - key: DATABASE_URL
        fromDatabase: {name: db, property: connectionString}
      - key: CORS_ORIGINS
        value: https://x.vercel.app
      - key: HF_TOKEN
        sync: false
      - fromGroup: shared
  - type: web
    name: image
    runtime: docker
    dockerfilePath: ./backend/Dockerfile
    dockerContext: ./backend
  - type: keyvalue
    name: cache
envVarGroups:
  - name: shared
    envVars:
      - key: DEBUG
        value: false
databases:
  - name: db
"""
FILES = {
    "render.yaml": BLUEPRINT,
    "backend/app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    "backend/app/__init__.py": "",
    "backend/Dockerfile": "FROM python:3.12-slim\nWORKDIR /app\nENV LOG_LEVEL=info A=b\nCOPY . .\n"
    'CMD ["uvicorn", "app.main:app", "--port", "8000"]\n',
    "backend/.env.example": "# how\nexport QDRANT_URL='https://x.qdrant.io'  # cloud\n"
    "#OFF_NAME=1\nJWT_SECRET=changeme\n",
    "README.md": "| Name | What |\n|---|---|\n| `FRONTEND_URL` | where |\n\n"
    "```bash\nMAIL_HOST=smtp.x.org\n```\n- `API_BASE`: x\n",
    "tests/.env.example": "NOT_THIS=1\n",
    "web/vercel.json": '{"env": {"API_KEY": "@api"}, "build": {"env": {"MODE": "x"}}}',
    ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: x\n        env:\n"
    "          HF_TOKEN: ${{ secrets.HF }}\n",
    "docker-compose.yml": "services:\n  a:\n    environment:\n      - REDIS_URL=redis://x\n      - PLAIN\n",
    "scripts/deploy_space.py": 'api.add_space_secret(repo_id=repo, key="ADMIN_TOKEN", value=x)\n',
}


def test_services_of_a_blueprint_are_deployables_with_what_starts_them() -> None:
    project = Project(CodeBase.of(FILES))
    api, image = render_deployables(project)
    assert (api.name, api.shape, api.root, api.is_declared) == ("api", "python", "backend", True)
    assert api.command is not None
    assert api.entry is not None
    assert api.command.before == (("alembic", "upgrade", "head"),)
    assert (api.entry.module, api.entry.port, api.entry.port_from) == ("backend/app/main.py", None, "PORT")
    assert dict(api.environment) == {
        "SECRET_KEY": None,
        "DATABASE_URL": None,
        "CORS_ORIGINS": "https://x.vercel.app",
        "HF_TOKEN": None,
        "DEBUG": "false",
    }
    assert image.entry is not None
    assert (image.entry.module, image.entry.port) == ("backend/app/main.py", 8000)
    assert ("LOG_LEVEL", "info") in image.environment


def test_a_service_without_its_dockerfile_says_so() -> None:
    (one,) = render_deployables(Project(CodeBase.of({"render.yaml": "services: [{type: web, runtime: docker}]"})))
    assert one.problem == "Dockerfile is not there"


def test_every_tier_says_which_names_it_sets() -> None:
    found = {(one.where, one.name): one for one in names_set(Project(CodeBase.of(FILES)))}
    values = {key: one.value for key, one in found.items() if key[0] != "dockerfile"}
    assert values == {
        ("render", "SECRET_KEY"): None,
        ("render", "DATABASE_URL"): None,
        ("render", "CORS_ORIGINS"): "https://x.vercel.app",
        ("render", "HF_TOKEN"): None,
        ("render", "DEBUG"): "false",
        ("example", "QDRANT_URL"): "https://x.qdrant.io",
        ("example", "OFF_NAME"): "1",
        ("example", "JWT_SECRET"): "changeme",
        ("readme", "FRONTEND_URL"): None,
        ("readme", "MAIL_HOST"): "smtp.x.org",
        ("readme", "API_BASE"): None,
        ("vercel", "API_KEY"): None,
        ("vercel", "MODE"): "x",
        ("workflow", "HF_TOKEN"): None,
        ("workflow", "ADMIN_TOKEN"): None,
        ("compose", "REDIS_URL"): "redis://x",
        ("compose", "PLAIN"): None,
    }
    assert found["render", "SECRET_KEY"].span.line == 9
    assert found["example", "JWT_SECRET"].span.line == 4


def test_hostile_blueprints_say_nothing() -> None:
    for text in (
        "services: 1",
        "- x",
        "services: [1, {envVars: [1, {key: 2}]}]",
        "projects: [{environments: x}]",
        "a: [",
    ):
        project = Project(CodeBase.of({"render.yaml": text}))
        assert list(render_deployables(project)) == []
        list(names_set(project))


def test_the_checklist_says_kind_owner_and_an_example_that_is_no_secret() -> None:
    files = {
        "render.yaml": BLUEPRINT,
        "backend/app/__init__.py": "",
        "backend/app/main.py": "import os\nfrom fastapi import FastAPI\napp = FastAPI()\n"
        'KEY = os.environ["SECRET_KEY"]\nMODE = os.getenv("ENVIRONMENT", "development")\nPORT = os.getenv("PORT")\n'
        'URL = os.getenv("DATABASE_URL")\nMODEL = os.getenv("MODEL_NAME", "small")\n',
        "backend/.env.example": "MODEL_NAME=large\nDATABASE_URL=postgresql://u:Zk4vQ9xLm2Zt@ep-a.neon.tech/d\n",
        "backend/Dockerfile": FILES["backend/Dockerfile"],
    }
    listed = Project(CodeBase.of(files)).names.listed
    told = {one.name: (one.kind, one.required, one.example, one.owner) for one in listed}
    assert told == {
        "SECRET_KEY": ("secret", True, "openssl rand -hex 32", "api"),
        "ENVIRONMENT": ("variable", False, "production", "api"),
        "DATABASE_URL": ("secret", False, "postgresql+psycopg://USER:PASSWORD@HOST/DB?sslmode=require", "api"),
        "MODEL_NAME": ("variable", False, "large", "api"),
    }
    assert {one.found_at for one in listed if one.name == "SECRET_KEY"} == {"backend/app/main.py:4"}
