"""A worker whose runs are forks of a process that has their libraries: for browser tests, which wait for many runs."""

import sys

from modelyard.doors.cli.main import main
from tests.forks import Forked, fork_children, nursery

if __name__ == "__main__":
    fork_children()
    nursery(Forked.preloaded).wait_until_ready()
    print("ready", flush=True)
    sys.argv = ["modelyard", "worker"]
    main()
