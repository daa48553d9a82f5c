"""Killing what runs: the server, its worker, the run's child; Ctrl-C; cancel in native code."""

import psutil
import pytest

from tests.journeys.server import Server

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("whom", ["api", "worker", "child"])
def test_whoever_is_killed_in_mid_run_nothing_is_lost(server: Server, whom: str) -> None:
    """SIGKILL to the server, its worker or the run's child: the run is finished by a successor, once."""
    run_id = server.post("runs", {"kind": "test_count", "to": 5, "pause_seconds": 0.4})["id"]
    server.wait(lambda: server.get(f"runs/{run_id}")["progress_fraction"] > 0.1)
    worker = next(p for p in psutil.Process(server.process.pid).children() if "worker" in p.cmdline())
    (child,) = [p for p in worker.children() if "modelyard.runs.child" in p.cmdline()]
    {"api": psutil.Process(server.process.pid), "worker": worker, "child": child}[whom].kill()
    server.wait(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    if whom == "api":
        server.process.wait()
        server.wait(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
        server.start()
    run = server.finished(run_id)
    assert run["state"] == "succeeded"
    assert run["attempts"] == 2
    assert run["result"]["counted"] == 5


def test_cancel_over_http(server: Server) -> None:
    run_id = server.post("runs", {"kind": "test_native", "ignore_term": True})["id"]
    server.wait(lambda: server.get(f"runs/{run_id}")["message"].startswith("pid "))
    server.post(f"runs/{run_id}/cancel")
    assert server.finished(run_id)["state"] == "cancelled"


def test_ctrl_c_ends_everything_it_started(server: Server) -> None:
    run_id = server.post("runs", {"kind": "test_native"})["id"]
    server.wait(lambda: server.get(f"runs/{run_id}")["message"].startswith("pid "))
    family = psutil.Process(server.process.pid).children(recursive=True)
    assert len(family) >= 2
    server.stop()
    assert not [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
