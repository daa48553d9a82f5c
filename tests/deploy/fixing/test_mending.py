"""Fixes: applied whole or not at all, in the file's own encoding, once; shown as patches; written safely."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.deploy.auditing.audit import audit
from modelyard.deploy.code.files import CodeBase, read_code_base
from modelyard.deploy.finding import Edit, Finding, Fix, Report, Span
from modelyard.deploy.fixing.edits import apply
from modelyard.deploy.fixing.mending import Mended, mend
from modelyard.deploy.fixing.patch import diff, patch_of, patch_of_finding
from modelyard.deploy.fixing.writing import write
from modelyard.deploy.project.project import Project
from modelyard.kernel.errors import Conflict
from tests.deploy.stand_in import Word


def finding(*edits: Edit, message: str = "m") -> Finding:
    return Finding(
        rule="T001", severity="error", confidence=1, file="a.py", line=1, end_line=1, message=message,
        evidence=(Span(file="a.py"),), fix=Fix(kind="safe", text="t", edits=edits), platforms=("hf",),
    )  # fmt: skip


def mended(files: dict[str, bytes | str], *rules: Word, is_unsafe: bool = False) -> Mended:
    def audited(code: CodeBase) -> Report:
        return audit(Project(code), rules or [Word()], is_strict=True)

    return mend(CodeBase.of(files), audited, is_unsafe=is_unsafe)


def texts(code: CodeBase) -> dict[str, str]:
    return {path: file.text for path, file in code.files.items()}


def test_what_is_mended_stays_mended() -> None:
    once = mended({"a.py": "x = bad\ny = bad\n", "b.py": "fine\n"})
    assert texts(once.after) == {"a.py": "x = good\ny = good\n", "b.py": "fine\n"}
    assert once.changed == ("a.py",)
    assert once.report.findings == ()
    assert mended(texts(once.after)).changed == ()


def test_suggested_edits_wait_for_a_person() -> None:
    files: dict[str, bytes | str] = {"a.py": "bad\n"}
    assert mended(files, Word(fix_kind_="suggested")).changed == ()
    assert mended(files, Word(fix_kind_="suggested"), is_unsafe=True).changed == ("a.py",)


def test_an_edit_that_does_not_help_is_made_once() -> None:
    once = mended({"a.py": "bad\n"}, Word(better="bad bad", tells_line=False))
    assert once.after.files["a.py"].text == "bad bad\n"
    assert once.left


def test_two_rules_at_odds_come_to_an_end() -> None:
    there, back = Word(word="x1", better="x2"), Word(word="x2", better="x1")
    assert mended({"a.py": "x1\n"}, there, back).after.files["a.py"].text in ("x1\n", "x2\n")


def test_of_two_findings_that_touch_the_same_characters_one_is_applied_whole() -> None:
    code = CodeBase.of({"a.py": "abcdef", "b.py": "xyz"})
    first = finding(Edit(file="a.py", start=1, end=3, text="1"), message="first")
    second = finding(Edit(file="a.py", start=2, end=4, text="2"), Edit(file="b.py", start=0, end=1, text="2"))
    applied = apply(code, [first, second])
    assert texts(applied.code) == {"a.py": "a1def", "b.py": "xyz"}
    assert (applied.done, applied.clashed) == ((first,), (second,))


@pytest.mark.parametrize(
    "edit",
    [
        Edit(file="a.py", start=3, end=99, text="x"),
        Edit(file="none.py", start=0, end=0, text="x"),
        Edit(file="a.py", text="x", creates=True),
        Edit(file="../out.py", text="x", creates=True),
        Edit(file="/out.py", text="x", creates=True),
        Edit(file="blob.bin", start=0, end=0, text="x"),
    ],
)
def test_an_edit_that_means_another_file_is_not_applied(edit: Edit) -> None:
    code = CodeBase.of({"a.py": "abc", "blob.bin": b"\0\0"})
    applied = apply(code, [finding(edit)])
    assert applied.done == ()
    assert texts(applied.code) == texts(code)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("b\xe4d bad\r\nnext\r\n".encode(), "b\xe4d good\r\nline\r\nnext\r\n".encode()),
        ("bad\n".encode("utf-16"), "good\nline\n".encode("utf-16")),
        (b"\xff\xfe" + "bad\n".encode("utf-16-le"), b"\xff\xfe" + "good\nline\n".encode("utf-16-le")),
        (b"\xfe\xff" + "bad\n".encode("utf-16-be"), b"\xfe\xff" + "good\nline\n".encode("utf-16-be")),
        (b"\xef\xbb\xbfbad\n", b"\xef\xbb\xbfgood\nline\n"),
        (b"\xe9 bad\n", b"\xe9 good\nline\n"),
    ],
)
def test_a_file_keeps_its_encoding_and_line_ends(before: bytes, after: bytes) -> None:
    text = CodeBase.of({"a.py": before}).files["a.py"].text
    start = text.index("bad")
    edit = Edit(file="a.py", start=start, end=start + 3, text="good\nline")
    code = apply(CodeBase.of({"a.py": before}), [finding(edit)])
    assert code.code.files["a.py"].data == after


@given(
    text=st.text(alphabet="ab\n\r\x0c é", max_size=40),
    cuts=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.text("xy\n", max_size=3)), max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_a_patch_turns_the_old_text_into_the_new_one(text: str, cuts: list[tuple[int, int, str]]) -> None:
    code = CodeBase.of({"a.py": text})
    edits = [finding(Edit(file="a.py", start=min(a, b), end=max(a, b), text=new)) for a, b, new in cuts]
    applied = apply(code, edits)
    assert patched(text, diff(code, applied.code, "a.py")) == applied.code.files["a.py"].text


def patched(text: str, patch: str) -> str:
    """Apply a unified diff by its own words: what `git apply` does, line by line."""
    old = text.split("\n")
    old = [f"{line}\n" for line in old[:-1]] + ([old[-1]] if old[-1] else [])
    new: list[str] = []
    at = 0
    lines = patch.split("\n")[:-1]
    for number, line in enumerate(lines):
        ends = not (number + 1 < len(lines) and lines[number + 1].startswith("\\"))
        body = line[1:] + ("\n" if ends else "")
        if line.startswith("@@"):
            start, _, count = line.split()[1][1:].partition(",")
            begin = int(start) - (0 if count == "0" else 1)
            new += old[at:begin]
            at = begin
        elif line.startswith(("---", "+++")) and number < 2:
            continue
        elif line.startswith((" ", "-")):
            assert old[at] == body
            new += [body] if line.startswith(" ") else []
            at += 1
        elif line.startswith("+"):
            new.append(body)
    return "".join(new + old[at:])


def test_git_applies_the_patch(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"a/x.py": "one\nbad\nthree", "b.txt": "bad\n"}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(str(text))
    done = mended(files)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch_of(done), text=True, check=True)
    assert {path: (tmp_path / path).read_text() for path in files} == texts(done.after)


def test_a_patch_shows_no_secret() -> None:
    secret = "hf_" + "QkzXw7TfYdPlRmNvBcJhGsAeUiOyWx12ab"
    done = mended({"a.txt": f"key = {secret} bad\n"})
    assert "hf_****" in patch_of(done)
    assert secret[3:] not in patch_of(done)
    assert f"{secret} good" in done.after.files["a.txt"].text


def test_the_patch_of_a_finding_is_its_own() -> None:
    code = CodeBase.of({"a.py": "bad\n", "b.py": "bad\n"})
    report = audit(Project(code), [Word()])
    assert "b.py" not in patch_of_finding(code, report.findings[0])


def on_disk(root: Path) -> Mended:
    (root / "run.sh").write_text("fine\n")
    (root / "a.py").write_bytes(b"bad\r\n")
    (root / "a.py").chmod(0o755)
    return mend(read_code_base(root), lambda code: audit(Project(code), [Word()]))


def test_files_are_written_with_the_mode_they_had(tmp_path: Path) -> None:
    write(tmp_path, on_disk(tmp_path))
    assert (tmp_path / "a.py").read_bytes() == b"good\r\n"
    assert (tmp_path / "a.py").stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "run.sh"]


def test_nothing_is_written_when_a_file_changed_meanwhile(tmp_path: Path) -> None:
    done = on_disk(tmp_path)
    (tmp_path / "a.py").write_text("bad and new\n")
    with pytest.raises(Conflict, match=r"a\.py"):
        write(tmp_path, done)
    assert (tmp_path / "a.py").read_text() == "bad and new\n"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    root = tmp_path / "root"
    root.mkdir()
    done = on_disk(root)
    (root / "a.py").replace(outside)
    (root / "a.py").symlink_to(outside)
    with pytest.raises(Conflict):
        write(root, done)
    assert outside.read_bytes() == b"bad\r\n"
