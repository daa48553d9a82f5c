"""Calls beside a run: carried out in other processes, with limits that are kept from outside."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from modelyard.kernel.errors import Unavailable
from modelyard.runs.executors.base import Call, Executor, Handle
from modelyard.runs.executors.dask import DaskExecutor
from modelyard.runs.executors.local import LocalExecutor

pytestmark = pytest.mark.usefixtures("fresh_processes")

PATIENCE = 60.0


def call(name: str, *, seconds: float | None = None, memory_bytes: int | None = None, **arguments: object) -> Call:
    return Call(f"tests.runs.calls:{name}", arguments, seconds=seconds, memory_bytes=memory_bytes)


def ended(executor: Executor, *handles: Handle) -> None:
    deadline = time.monotonic() + PATIENCE
    while not all(handle.is_done for handle in handles):
        assert time.monotonic() < deadline, handles
        executor.wait([handle for handle in handles if not handle.is_done], 1.0)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalExecutor]:
    executor = LocalExecutor(tmp_path, 2)
    yield executor
    executor.close()
    assert not [child for child in psutil.Process().children() if "executors.slot" in " ".join(child.cmdline())]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as running:
        yield running.scheduler_address


@pytest.fixture
def dask(cluster: str, tmp_path: Path) -> Iterator[DaskExecutor]:
    executor = DaskExecutor.open(cluster, tmp_path)
    yield executor
    executor.close()


@pytest.fixture(params=["local", "dask"])
def executor(request: pytest.FixtureRequest) -> Executor:
    found: Executor = request.getfixturevalue(request.param)
    return found


def test_results_come_back_and_processes_are_used_again(executor: Executor) -> None:
    handles = [executor.submit(call("double", value=number)) for number in range(6)]
    ended(executor, *handles)
    assert [handle.result["value"] for handle in handles] == [0, 2, 4, 6, 8, 10]
    if isinstance(executor, LocalExecutor):
        assert len({handle.result["process"] for handle in handles}) <= executor.n_slots


def test_files_go_there_and_back(executor: Executor, tmp_path: Path) -> None:
    source = tmp_path / "in.txt"
    source.write_text("words")
    handle = executor.submit(Call("tests.runs.calls:upper", {}, {"text": source}))
    ended(executor, handle)
    assert handle.files["out.txt"].read_text() == "WORDS"


@pytest.mark.parametrize(
    ("name", "told"),
    [("refuse", "The rows are too few."), ("crash", "KeyError: 'left out'"), ("die", "killed by signal 9")],
)
def test_a_call_that_fails_says_why_and_costs_nothing_else(executor: Executor, name: str, told: str) -> None:
    bad, good = executor.submit(call(name)), executor.submit(call("double", value=4))
    ended(executor, bad, good)
    assert bad.state == "failed"
    assert told in str(bad.error)
    assert good.result["value"] == 8


def test_over_its_time_it_is_killed_in_the_middle_of_what_it_does(executor: Executor) -> None:
    limited = executor.submit(Call("tests.runs.calls:spin", {"seconds": 60}, seconds=0.5))
    quick = executor.submit(call("double", value=1))
    ended(executor, limited, quick)
    assert limited.state == "killed"
    assert "longer than the 0.5 s" in str(limited.error)


def test_over_its_memory_it_is_killed(executor: Executor) -> None:
    greedy = executor.submit(call("grow", megabytes=2000, memory_bytes=400 * 2**20))
    ended(executor, greedy)
    assert greedy.state == "killed"
    assert "400 MB" in str(greedy.error)


def test_what_is_asked_to_end_ends(executor: Executor) -> None:
    endless = executor.submit(Call("tests.runs.calls:spin", {"seconds": 600}))
    executor.wait([endless], 1.0)
    executor.kill(endless, "Enough.")
    assert (endless.state, endless.error) == ("killed", "Enough.")
    following = executor.submit(call("double", value=3))
    ended(executor, following)
    assert following.result["value"] == 6


def test_a_call_that_waits_can_be_taken_back(local: LocalExecutor) -> None:
    busy = [local.submit(Call("tests.runs.calls:spin", {"seconds": 600})) for _ in range(2)]
    waiting = local.submit(call("double", value=1))
    local.kill(waiting, "Not needed.")
    assert waiting.state == "killed"
    for handle in busy:
        local.kill(handle, "Done.")


def test_waiting_is_no_longer_than_asked(local: LocalExecutor) -> None:
    endless = local.submit(Call("tests.runs.calls:spin", {"seconds": 600}))
    assert local.wait([endless], 0.3) == set()
    assert local.wait([], 10) == set()


def test_a_lost_dask_worker_costs_one_retry(cluster: str, tmp_path: Path) -> None:
    executor = DaskExecutor.open(cluster, tmp_path)
    source = tmp_path / "in.txt"
    source.write_text("words")
    # The files went to one worker or the other; both are killed, and the calls that follow still have them.
    for mark in ("first", "second"):
        files = {"text": source}
        lost = executor.submit(Call("tests.runs.calls:once_lost", {"mark": str(tmp_path / mark)}, files))
        others = [executor.submit(Call("tests.runs.calls:upper", {}, files)) for _ in range(4)]
        ended(executor, lost, *others)
        assert lost.result == {"done": True}
        assert [handle.files["out.txt"].read_text() for handle in others] == ["WORDS"] * 4
    executor.close()


@pytest.mark.parametrize(("address", "told"), [("", "no address"), ("tcp://127.0.0.1:9", "No Dask scheduler answers")])
def test_a_cluster_that_is_not_there_says_so(
    tmp_path: Path, address: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelyard.runs.executors.dask.CONNECT_SECONDS", 1.0)
    with pytest.raises(Unavailable, match=told):
        DaskExecutor.open(address, tmp_path)


def test_a_process_that_has_grown_is_replaced(tmp_path: Path) -> None:
    executor = LocalExecutor(tmp_path, 1)
    try:
        grown, fits = executor.submit(call("keep", megabytes=150)), executor.submit(call("double", value=1))
        ended(executor, grown, fits)
        tight = executor.submit(call("double", value=2, memory_bytes=100 * 2**20))
        ended(executor, tight)
    finally:
        executor.close()
    assert fits.result["process"] == grown.result["process"]
    assert tight.result["process"] != grown.result["process"]


def test_idle_processes_give_their_memory_back(local: LocalExecutor) -> None:
    first = local.submit(call("double", value=1))
    ended(local, first)
    local.rest()
    second = local.submit(call("double", value=1))
    ended(local, second)
    assert first.result["process"] != second.result["process"]
