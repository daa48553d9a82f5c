"""What an audit understands of Python: reach, names, values, conditions, routes; and what it survives."""

import ast
import textwrap

import pytest

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.python.code import Folded, Given, Module, PythonCode, Start
from modelyard.deploy.code.python.coming import comes_to

APP = {
    "backend/app/__init__.py": "",
    "backend/app/main.py": """
        from fastapi import Depends, FastAPI
        from app.api import users
        from app.core.config import settings
        from app.db import engine, unused

        app = FastAPI()
        app.include_router(users.router, prefix=settings.API_PREFIX, dependencies=[Depends(users.key)])
        origins = ["http://localhost:3000"]
        origins.append(settings.FRONTEND)


        @app.get("/health")
        def health():
            return helper()


        def helper():
            return 1


        def dead():
            from app import legacy
            return legacy


        if __name__ == "__main__":
            import app.cli
        """,
    "backend/app/legacy.py": "x = 1",
    "backend/app/cli.py": "x = 1",
    "backend/app/redis.py": "import redis\n\nclient = redis.Redis()",
    "backend/app/core/__init__.py": "",
    "backend/app/core/config.py": """
        from functools import lru_cache
        from pydantic import Field
        from pydantic_settings import BaseSettings, SettingsConfigDict


        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="APP_")
            API_PREFIX: str = "/api/v1"
            FRONTEND: str = "https://shop.vercel.app"
            db: str = Field("sqlite:///./x.db", alias="DATABASE_URL")
            secret: str

            @property
            def url(self):
                if self.db.startswith("sqlite"):
                    return self.db.replace("sqlite", "sqlite+aiosqlite")
                return self.db


        @lru_cache
        def get_settings():
            return Settings()


        settings = get_settings()
        """,
    "backend/app/api/__init__.py": "",
    "backend/app/api/users.py": """
        from typing import Annotated
        from fastapi import APIRouter, Depends, UploadFile
        from app.db import Store, get_db

        router = APIRouter(prefix="/users")


        def key():
            return 1


        def current():
            return 1


        Current = Annotated[dict, Depends(current)]


        @router.post("/{number}")
        async def create(number: int, file: UploadFile, user: Current, db=Depends(get_db)):
            Store().save(await file.read())
            return number
        """,
    "backend/app/db.py": """
        import os
        from sqlalchemy import create_engine
        from sqlalchemy.orm import sessionmaker
        from app.core.config import settings
        from app.redis import client

        URL = os.getenv("DB", settings.url)
        if URL.startswith("postgres://"):
            URL = URL.replace("postgres://", "postgresql://", 1)
        engine = create_engine(URL)
        Session = sessionmaker(bind=engine)


        def get_db():
            yield Session()


        def unused():
            create_engine("sqlite:///never.db")


        class Store:
            def __init__(self, path="data/x.db"):
                self.path = path

            def save(self, data):
                with open(self.path, "wb") as file:
                    file.write(data)

            def forget(self):
                open("never", "wb")
        """,
}
START = Start("backend/app/main.py", ("Dockerfile:1 CMD",), root="backend")


@pytest.fixture(scope="module")
def python() -> PythonCode:
    files = {path: textwrap.dedent(text) for path, text in APP.items()}
    return PythonCode(CodeBase.of(files), [START])


def of(text: str) -> tuple[PythonCode, Module]:
    """Return the code of one module that is run."""
    python = PythonCode(CodeBase.of({"main.py": textwrap.dedent(text)}), [Start("main.py", is_run=True)])
    return python, python.reached[0]


def last_value(text: str, given: Given | None = None) -> Folded | None:
    """Return what the last expression of a module folds to."""
    python, module = of(text)
    node = module.tree.body[-1]
    assert isinstance(node, ast.Expr)
    return python.fold(node.value, module, given=given or {})


def test_reach_follows_imports_that_run(python: PythonCode) -> None:
    assert [module.name for module in python.reached] == [
        *("app", "app.api", "app.api.users", "app.core", "app.core.config", "app.db", "app.main", "app.redis")
    ]
    database = python.module("backend/app/db.py")
    assert database is not None
    assert python.chain(database)[0] == "Dockerfile:1 CMD"
    assert python.chain(database)[-1].startswith("backend/app/")


def test_a_package_of_others_is_not_the_file_beside_it(python: PythonCode) -> None:
    assert [call.module.name for call in python.calls("redis.Redis")] == ["app.redis"]


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ('sys.path.insert(0, str(Path(__file__).parent.parent / "backend"))', "backend/server.py"),
        ('HERE = Path(__file__).resolve().parents[1]\nsys.path.append(str(HERE / "backend"))', "backend/server.py"),
        ('sys.path.append(os.path.join(os.path.dirname(__file__), "..", "backend"))', "backend/server.py"),
        ('sys.path.insert(0, os.path.abspath(os.path.dirname(__file__) + "/../backend"))', "backend/server.py"),
        ('sys.path.insert(0, str(Path(__file__).resolve().parent.joinpath("inner")))', "api/inner/server.py"),
        ('sys.path.insert(0, str(Path(__file__).parents[2] / "backend"))', "server.py"),
        ('sys.path.insert(0, str(Path(__file__).parent / "lib"))', "server.py"),
        ('sys.path.insert(0, os.environ["CODE"])', "server.py"),
        ('sys.path.insert(0, "/srv/backend")', "server.py"),
        ('def later():\n    sys.path.insert(0, str(Path(__file__).parent.parent / "backend"))', "server.py"),
    ],
)
def test_imports_are_looked_for_in_folders_that_a_module_adds(added: str, expected: str) -> None:
    head = "import os\nimport sys\nfrom pathlib import Path\n"
    places = ("server.py", "backend/server.py", "api/inner/server.py", "api/lib/server.py")
    files = {"api/index.py": f"{head}{added}\nfrom server import app\n", **dict.fromkeys(places, "app = 1\n")}
    python = PythonCode(CodeBase.of(files), [Start("api/index.py")])
    assert [module.file.path for module in python.reached] == sorted(["api/index.py", expected])


def test_modules_of_an_added_folder_import_each_other() -> None:
    files = {
        "start.py": "import sys\nsys.path.insert(0, 'backend')\nfrom server import app\n",
        "backend/server.py": "from models import User\napp = User\n",
        "backend/models.py": "class User: ...\n",
    }
    python = PythonCode(CodeBase.of(files), [Start("start.py", is_run=True)])
    assert [module.file.path for module in python.reached] == ["backend/models.py", "backend/server.py", "start.py"]


def test_functions_live_by_their_use(python: PythonCode) -> None:
    lived = {call.node.lineno for call in python.calls("open") if call.module.name == "app.db"}
    assert len(lived) == 1
    assert len(list(python.calls("sqlalchemy.create_engine"))) == 1
    main = python.module("backend/app/main.py")
    assert main is not None
    live = {node.name: python.is_live(main, node) for node in main.tree.body if isinstance(node, ast.FunctionDef)}
    assert live == {"health": True, "helper": True, "dead": False}


def test_methods_go_by_the_class_of_what_they_are_called_on(python: PythonCode) -> None:
    names = {call.name for call in python.calls()}
    assert {"fastapi.FastAPI.include_router", "fastapi.UploadFile.read", "app.db.Store.save"} <= names


def test_values_follow_settings_and_branches(python: PythonCode) -> None:
    (call,) = python.calls("sqlalchemy.create_engine")
    url = call.node.args[0]
    unset = python.fold(url, call.module)
    assert unset is not None
    assert (unset.value, unset.is_whole, unset.names) == ("sqlite+aiosqlite:///./x.db", True, ("DB", "DATABASE_URL"))
    assert any(place.line == 11 and place.file.endswith("config.py") for place in unset.places)
    probed = python.fold(url, call.module, given={"DB": "postgres://u:p@h/d"})
    assert probed is not None
    assert probed.value == "postgresql://u:p@h/d"
    unknown = python.fold(url, call.module, given={"DATABASE_URL": None})
    assert unknown is not None
    assert not unknown.is_whole


def test_parameters_are_what_callers_pass_or_their_defaults(python: PythonCode) -> None:
    (call,) = python.calls("open")
    folded = python.fold(call.node.args[0], call.module)
    assert folded is not None
    assert folded.value == "data/x.db"


def test_routes_have_the_prefixes_and_dependencies_of_their_routers(python: PythonCode) -> None:
    routes = {(one.method, one.path): set(one.dependencies) for one in python.routes}
    assert routes == {
        ("GET", "/health"): set(),
        ("POST", "/api/v1/users/{number}"): {"app.api.users.key", "app.api.users.current", "app.db.get_db"},
    }


def test_the_environment_is_read_in_calls_and_settings(python: PythonCode) -> None:
    names = {one.name: one.is_required for one in python.environment}
    assert names == {
        "DB": False,
        "APP_API_PREFIX": False,
        "APP_FRONTEND": False,
        "DATABASE_URL": False,
        "APP_SECRET": True,
    }


@pytest.mark.parametrize(
    ("text", "value", "is_whole"),
    [
        ("60 * 60 * 24", 86400, True),
        ("import os\nf\"a/{os.environ['X']}/b\"", "a/{}/b", False),
        ("import os\nos.getenv('ORIGINS', 'a, b').split(',')", ["a", " b"], True),
        ("import os\n[o.strip() for o in os.getenv('ORIGINS', 'a, b').split(',') if o]", ["a", "b"], True),
        ("from pathlib import Path\nPath(__file__).resolve().parent / 'x' / 'y.db'", "x/y.db", True),
        ("x = ['a']\nx.append('b')\nx += ['c']\nx", ["a", "b", "c"], True),
        ("import os\nos.getenv('A') or os.getenv('B') or 'c'", "c", True),
        ("import os\nif os.getenv('A') == 'yes':\n    x = 1\nelse:\n    x = 2\nx", 2, True),
        ("import unknown\nx = 1\nif unknown.x:\n    x = 2\nx", 2, False),
        ("def f(x):\n    if x:\n        return 'a'\n    return 'b'\nf(0)", "b", True),
        ("from enum import Enum\nclass E(Enum):\n    A = 'one'\nE.A.value", "one", True),
    ],
)
def test_fold(text: str, value: object, is_whole: bool) -> None:
    folded = last_value(text)
    assert folded is not None
    assert (folded.value, folded.is_whole) == (value, is_whole)


def test_a_node_is_come_to_by_its_own_conditions_and_those_of_its_callers() -> None:
    python, module = of(
        """
        import os

        class Local:
            def __init__(self):
                load("local")

        def guarded():
            if not os.getenv("URL") and os.getenv("SPACE_ID"):
                raise RuntimeError("URL")
            load("guarded")

        def load(name):
            print(name)

        if os.getenv("ENGINE", "api") == "local":
            Local()
        guarded()
        """
    )
    loads = {call.module.source(call.node.args[0]): call.node for call in python.calls("main.load")}
    assert comes_to(python, loads['"local"'], module, {}) is False
    assert comes_to(python, loads['"local"'], module, {"ENGINE": "local"}) is True
    assert comes_to(python, loads['"guarded"'], module, {}) is True
    assert comes_to(python, loads['"guarded"'], module, {"SPACE_ID": "a/b"}) is False


@pytest.mark.parametrize(
    "text",
    [
        "x" + ".y" * 3000,
        "+".join(["'a'"] * 4000),
        "x = y\ny = x\nx",
        "def f():\n    return f()\nf()",
        "class A(A):\n    pass\nA().b",
        "'{:>9999999999}'.format(1)",
        "'a' * 10 ** 12",
        "9 ** 9 ** 9 ** 9",
        "x = 'a'\n" + "x = x.replace('a', 'aaaaaaaaaa')\n" * 40 + "x",
        "from main import *\nfoo.bar",
        "print 'Python 2'",
        "(" * 400 + ")" * 400,
    ],
)
def test_hostile_code_is_survived(text: str) -> None:
    python = PythonCode(CodeBase.of({"main.py": text}), [Start("main.py", is_run=True)])
    for module in python.reached:
        node = module.tree.body[-1]
        if isinstance(node, ast.Expr):
            folded = python.fold(node.value, module)
            assert folded is None or not isinstance(folded.value, str) or len(folded.value) <= 20_000
    assert len(python.reached) + len(python.unparsed) == 1
