"""What Inspect reads from a log becomes samples and answers; a file that is no log, or a trap, is refused unread."""

import json
import struct
import zipfile
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from modelyard.experiments.inspecting import archives
from modelyard.experiments.inspecting.archives import require_logs, unpacked_logs
from modelyard.experiments.inspecting.errors import LogTooLarge, UnreadableLog
from modelyard.experiments.inspecting.samples import LONGEST_ID, MOST_LETTERS, kept_id, taken
from modelyard.experiments.inspecting.scores import scores_of
from modelyard.kernel.context import Actor
from modelyard.kernel.yard import Yard
from tests.conftest import application_over, sign_in
from tests.experiments.attempts import answer, keep_attempt, sample

HERE = Path(__file__).parent
LOG = HERE / "capitals.eval"
READ = json.loads((HERE / "capitals.json").read_text(encoding="utf-8"))
AT = datetime(2026, 11, 22, tzinfo=UTC)


def stated(sample_id: str = "fr", epoch: int = 1, **more: Any) -> dict[str, Any]:
    found = next(each for each in READ["samples"] if (str(each["id"]), each["epoch"]) == (sample_id, epoch))
    return {**found, **more}


def take(sample: dict[str, Any]) -> Any:
    return taken(sample, model="mockllm/model", group_by="group", at=AT)


def test_a_sample_becomes_a_question_and_an_answer() -> None:
    found = take(stated("jp", 2))
    question = "What is the capital of Japan?"
    assert found.sample == {
        **{"sample_id": "jp", "question": question, "answer": "Tokyo", "group": "Asia"},
        "rest": {"aliases": ["Tōkyō"]},
    }
    answer = found.answer
    assert (found.repeat, answer["text"], answer["parsed"], answer["ended"]) == (1, "Kyoto", "Kyoto", "answer")
    assert (answer["n_input_tokens"], answer["n_output_tokens"], answer["cost_usd"]) == (23, 2, None)  # 3 from a cache
    assert answer["seconds"] > 0
    assert answer["created_at"].tzinfo is not None
    assert [each["role"] for each in answer["details"]["prompt"]] == ["system", "user"]
    assert answer["scores"]["match"] == {"value": 0.0, "why": "Kyoto"}
    assert answer["scores"]["sure"] == {"value": None, "why": "The grader answered prose."}
    assert answer["scores"]["style.brevity"]["value"] == 1.0
    assert answer["scores"]["style.letters"]["why"].startswith("The log says 5, which is no score from 0 to 1.")


def test_an_agents_steps_are_its_trace() -> None:
    [step] = take(stated("au")).answer["details"]["trace"]
    assert (step["thought"], step["tool"], step["arguments"]) == ("I look.", "atlas", {"country": "Australia"})
    assert (step["observation"], step["error"]) == ("Australia: Canberra", None)


def test_a_sample_that_failed_is_a_failed_answer() -> None:
    found = take(stated("4"))
    answer = found.answer
    assert (answer["ended"], answer["error_kind"], answer["text"]) == ("error", "error in Inspect", "")
    assert "The provider is away." in answer["error"]
    assert answer["scores"] == {}
    assert found.sample["rest"]["choices"] == ["2", "3"]


def test_what_graded_is_not_what_answered() -> None:
    grader = {"input_tokens": 100, "output_tokens": 10, "total_cost": 0.5}
    usage = {"mockllm/model": {"input_tokens": 7, "output_tokens": 1, "total_cost": 0.25}, "openai/judge": grader}
    found = take(stated(model_usage=usage))
    assert (found.answer["n_input_tokens"], found.answer["cost_usd"]) == (7, 0.25)
    assert (found.scoring.n_input_tokens, found.scoring.n_output_tokens, found.scoring.cost_usd) == (100, 10, 0.5)


@pytest.mark.parametrize(
    ("value", "number"),
    [("C", 1.0), ("P", 0.5), ("I", 0.0), ("N", 0.0), (True, 1.0), ("no", 0.0), ("0.25", 0.25), (1, 1.0)],
)
def test_values_of_inspect_are_numbers(value: Any, number: float) -> None:
    assert scores_of({"s": {"value": value}})["s"]["value"] == number


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1, 7, "seven", None, "nan"])
def test_what_is_no_number_from_0_to_1_is_not_scorable(value: Any) -> None:
    score = scores_of({"s": {"value": value}})["s"]
    assert score["value"] is None
    assert score["why"]


def test_texts_that_no_database_keeps_are_made_keepable() -> None:
    output = {"completion": "a\x00b\ud800", "choices": []}
    answer = take(stated(output=output, scores=None, input="q\x00")).answer
    assert "\x00" not in answer["text"]
    answer["text"].encode()
    assert len(kept_id("x" * 500)) == LONGEST_ID
    assert kept_id("x" * 500) != kept_id("x" * 501)


def test_an_answer_of_ten_megabytes_is_cut_and_says_so() -> None:
    answer = take(stated(output={"completion": "x" * 10_000_000, "choices": []}, scores={})).answer
    assert len(answer["text"]) == MOST_LETTERS
    assert answer["details"]["is_cut"] is True


def test_a_conversation_and_pictures_are_read_as_text() -> None:
    picture = [{"type": "text", "text": "Which?"}, {"type": "image", "image": "data:…"}]
    said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": picture}]
    assert take(stated(input=said)).sample["question"] == "Which?\n[image]"
    more = [*said, {"role": "assistant", "content": "This."}, {"role": "user", "content": "Sure?"}]
    assert take(stated(input=more)).sample["question"] == "user: Which?\n[image]\n\nassistant: This.\n\nuser: Sure?"


def test_a_log_is_known_by_its_directory() -> None:
    require_logs(LOG)


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return path


def test_what_is_no_log_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "a.eval"
    text.write_text("no zip")
    with pytest.raises(UnreadableLog, match="no zip at all"):
        require_logs(text)
    broken = tmp_path / "b.eval"
    broken.write_bytes(LOG.read_bytes()[:-200])
    with pytest.raises(UnreadableLog, match="broken off"):
        require_logs(broken)
    with pytest.raises(UnreadableLog, match="holds no log"):
        require_logs(zipped(tmp_path / "c.zip", readme_dot_md=b"hello"))
    (tmp_path / "d.eval").touch()
    with pytest.raises(UnreadableLog):
        require_logs(tmp_path / "d.eval")
    inner = zipped(tmp_path / "e.zip", inner_dot_eval=b"no zip either")
    with pytest.raises(UnreadableLog):
        list(unpacked_logs(inner, tmp_path))


def test_logs_in_a_zip_are_unpacked_beside_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    both = zipped(tmp_path / "two.zip", a_dot_eval=LOG.read_bytes(), b_dot_eval=LOG.read_bytes(), note_dot_txt=b"")
    found = list(unpacked_logs(both, folder))
    assert [path.read_bytes() == LOG.read_bytes() for path in found] == [True, True]
    assert all(path.parent == folder for path in found)
    escaping = tmp_path / "escape.zip"
    with zipfile.ZipFile(escaping, "w") as archive:
        archive.writestr("../../outside.eval", LOG.read_bytes())
    assert [path.parent for path in unpacked_logs(escaping, folder)] == [folder]
    assert not (tmp_path.parent / "outside.eval").exists()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    big = b"0" * (archives.MOST_MEMBER_BYTES + 1)
    bomb = zipped(tmp_path / "bomb.eval", header_dot_json=b"{}", samples__1_dot_json=big)
    assert bomb.stat().st_size < 2**20
    with pytest.raises(LogTooLarge, match="128 MB are the most"):
        require_logs(bomb)
    many = zipped(tmp_path / "many.eval", header_dot_json=b"{}", **{f"s{n}": b"0" * 1000 for n in range(20)})
    monkeypatch.setattr(archives, "MOST_BYTES", 10_000)
    with pytest.raises(LogTooLarge, match="Unpacked"):
        require_logs(many)
    monkeypatch.setattr(archives, "MOST_MEMBERS", 10)
    with pytest.raises(LogTooLarge, match="21 files"):
        require_logs(many)


def test_a_member_that_lies_about_its_size_is_not_unpacked_beyond_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "lies.zip", a_dot_eval=b"0" * 100_000)
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 10)  # its size, unpacked
    path.write_bytes(content)
    with pytest.raises(UnreadableLog, match="cannot be unpacked"):
        list(unpacked_logs(path, tmp_path))
    assert (tmp_path / "0.eval").stat().st_size <= 10


@pytest.mark.skipif(find_spec("inspect_ai") is not None, reason="Inspect is installed")
def test_a_server_without_inspect_says_how_it_gets_it(yard: Yard, owner: Actor) -> None:
    with yard.context(owner) as ctx:
        experiment = keep_attempt(ctx, ["a"], [sample(0)], [answer(0, 0, 1.0)]).experiment_id
    with TestClient(application_over(yard)) as client:
        sign_in(yard, client)
        said = client.get("/api/v1/experiments/inspect").json()
        assert said == {"is_available": False, "unavailable_reason": "not installed: pip install 'modelyard[inspect]'"}
        taken_in = client.post("/api/v1/experiments/inspect/logs?filename=a.eval", content=LOG.read_bytes())
        given = client.post(f"/api/v1/experiments/{experiment}/attempts/1/reports", json={"format": "eval"})
        for refused in (taken_in, given):
            assert (refused.status_code, refused.json()["hint"]) == (409, "pip install 'modelyard[inspect]'")
        assert len(client.get("/api/v1/experiments").json()["items"]) == 1
