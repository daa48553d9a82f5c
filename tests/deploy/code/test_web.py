"""Front ends are found, read without running them, and only what their pages import counts."""

import pytest

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.code.web.code import WebCode

NEXT = {
    "web/package.json": '{"name": "web", "dependencies": {"next": "15.1.0", "react": "19.0.0"}}',
    "web/tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["./src/*"],}}} // tools allow this',
    "web/next.config.ts": "export default { env: { X: process.env.FROM_CONFIG } };",
    "web/src/app/layout.tsx": "import '../unused.css';\nexport default function Layout(p) { return p.children }",
    "web/src/app/page.tsx": "import { Chat } from '@/components/chat';\nexport default () => <Chat />;",
    "web/src/components/chat.tsx": "'use client';\nimport { api } from '../lib';\nexport const Chat = () => api();",
    "web/src/lib/index.ts": "export * from './api';",
    "web/src/lib/api.ts": (
        "import { LOCAL } from './places';\n"
        "// const old = process.env.NEXT_PUBLIC_OLD || 'http://localhost:1';\n"
        "const base = process.env.NEXT_PUBLIC_API_URL?.trim() || `http://${LOCAL}:8000`;\n"
        "const dev = process.env.NODE_ENV === 'development' ? 'http://localhost:3' : process.env.NEXT_PUBLIC_TWO;\n"
        "export const api = () => fetch(base + '/chat', { method: 'POST' });\n"
    ),
    "web/src/lib/places.ts": "export const LOCAL = 'localhost';",
    "web/src/lib/dead.ts": "export const dead = process.env.NEXT_PUBLIC_DEAD || 'http://localhost:9';",
    "web/src/lib/api.test.ts": "import './api'; process.env.NEXT_PUBLIC_TEST;",
    "web/src/app/api/upload/route.ts": "export async function POST(request) { return fetch(process.env.BACKEND!) }",
}


@pytest.fixture(scope="module")
def web() -> WebCode:
    return WebCode(CodeBase.of(NEXT))


def test_an_app_is_its_package_with_what_it_bundles(web: WebCode) -> None:
    (app,) = web.apps
    assert (app.root, app.framework) == ("web", "next")
    assert "web/src/lib/api.test.ts" not in [file.path for file in app.sources]
    assert [file.path for file in app.configs] == ["web/next.config.ts"]


def test_what_no_page_imports_is_not_live(web: WebCode) -> None:
    assert web.is_live(web.code.files["web/src/lib/api.ts"])
    assert not web.is_live(web.code.files["web/src/lib/dead.ts"])


def test_sides_follow_use_client(web: WebCode) -> None:
    files = web.code.files
    assert web.sides(files["web/src/app/page.tsx"]) == {"server"}
    assert web.sides(files["web/src/lib/api.ts"]) == {"client"}
    assert web.sides(files["web/src/app/api/upload/route.ts"]) == {"server"}


def test_reads_know_their_default_and_their_guard(web: WebCode) -> None:
    reads = {read.name: read for read in web.reads}
    assert reads.keys() == {"NEXT_PUBLIC_API_URL", "NEXT_PUBLIC_TWO", "BACKEND", "FROM_CONFIG"}
    api = reads["NEXT_PUBLIC_API_URL"]
    assert (api.default, api.is_guarded, api.span.line) == ("http://localhost:8000", False, 3)
    assert (reads["NEXT_PUBLIC_TWO"].default, reads["NEXT_PUBLIC_TWO"].is_guarded) == ("http://localhost:3", True)
    assert reads["BACKEND"].default is None


@pytest.mark.parametrize(
    ("line", "default", "is_guarded"),
    [
        ("const a = process.env.X ?? process.env.Y ?? 'd';", "d", False),
        ("const a = process.env['X'] ? process.env['X'] : 'd';", "d", False),
        ("const a = (import.meta.env.X as string) || 'd';", "d", False),
        ("const { X = 'd' } = process.env;", "d", False),
        ("const a = process.env.X; const b = `${a || 'd'}/v1`;", "d", False),
        ("function f() { if (process.env.X) { return process.env.X } return 'd' }", "d", False),
        ("const a = isDev ? 'd' : process.env.X;", "d", True),
        ("const a = isProd ? process.env.X || 'd' : 'e';", "d", False),
        ("const a = process.env.X || (process.env.NODE_ENV !== 'production' ? 'd' : '');", None, False),
        ("const a = process.env.X || 'd'; if (!process.env.X) throw new Error('X');", "d", True),
        ("const a = process.env.X.split(',', 'd' || 'e');", None, False),
        ("send(process.env.X) || 'd';", None, False),
    ],
)
def test_defaults(line: str, default: str | None, is_guarded: bool) -> None:
    files = {"package.json": '{"dependencies": {"react-scripts": "5"}}', "src/index.tsx": line}
    read = next(one for one in WebCode(CodeBase.of(files)).reads if one.name == "X")
    assert (read.default, read.is_guarded) == (default, is_guarded)


def test_edits_land_behind_letters_of_several_bytes() -> None:
    text = "const é = 'ü'; const a = 'x';"
    code = CodeBase.of({"package.json": '{"dependencies": {"react-scripts": "5"}}', "src/index.js": text})
    source = next(WebCode(code).sources())
    edit = source.edit(source.nodes("string")[1], "'y'")
    assert text[: edit.start] + edit.text + text[edit.end :] == "const é = 'ü'; const a = 'y';"


def test_scripts_of_pages_without_a_package_are_loose() -> None:
    page = "<p>it's</p>\n<script>\nlocalStorage.setItem('token', t);\n</script>\n<script type='text/x-tmpl'>x(</script>"
    (source,) = WebCode(CodeBase.of({"app/templates/index.html": page})).loose
    assert [(call.name, call.span.line) for call in source.calls] == [("localStorage.setItem", 3)]


@pytest.mark.parametrize(
    "content", [b"\0\0\0", b"'" * 5000, b"(" * 100_000, b"export default {", b"const a = `${`${`", b"\xff\xfea"]
)
def test_whatever_a_file_holds_is_read(content: bytes) -> None:
    code = CodeBase.of({"package.json": '{"dependencies": {"react-scripts": "5"}}', "src/index.js": content})
    web = WebCode(code)
    assert [source.texts is not None and source.calls is not None for source in web.sources()] == [True]
    assert web.reads == ()


def test_imports_in_a_circle_and_of_other_packages_are_followed() -> None:
    code = CodeBase.of(
        {
            "package.json": '{"private": true, "workspaces": ["apps/*", "packages/*"]}',
            "apps/web/package.json": '{"name": "web", "dependencies": {"vite": "6", "@us/ui": "*"}}',
            "apps/web/index.html": '<script type="module" src="/src/begin.tsx"></script>',
            "apps/web/src/begin.tsx": "import { a } from './a'; import { b } from '@us/ui';",
            "apps/web/src/a.ts": "export { c as a } from './c.js';",
            "apps/web/src/c.ts": "import './a'; export const c = import.meta.env.VITE_C;",
            "packages/ui/package.json": '{"name": "@us/ui"}',
            "packages/ui/src/index.ts": "export const b = import.meta.env.VITE_B || 'b';",
        }
    )
    web = WebCode(code)
    assert [app.root for app in web.apps] == ["apps/web"]
    assert {read.name for read in web.reads} == {"VITE_B", "VITE_C"}
