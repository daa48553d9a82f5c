"""The process that computes a local LLM: llama.cpp behind a port of this machine, until its standard input ends.

It reads one line of JSON (`path`, `context_tokens`, `n_threads`, `key`) and writes one (`address`, or `error`).
"""

import json
import os
import sys
from typing import Any


def main() -> None:
    """Serve one LLM to whoever knows the key; end with the process that started this one."""
    assignment = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the library writes to standard output as it likes
    try:
        server = _serve(assignment)
    except Exception as error:  # whatever the library says of a file it cannot read
        print(json.dumps({"error": f"{type(error).__name__}: {error}"[:500]}), file=answers, flush=True)
        sys.exit(1)
    print(json.dumps({"address": server.listening_address}), file=answers, flush=True)
    sys.stdin.read()
    os._exit(0)  # at once: an answer that nobody waits for is not finished


def _serve(assignment: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = assignment["path"]
    params.n_ctx = assignment["context_tokens"]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = assignment["n_threads"]
    params.api_keys = [assignment["key"]]
    params.hostnames, params.port, params.n_threads_http = ["127.0.0.1"], 0, 4
    params.n_parallel, params.cache_ram_mib = 1, 0
    params.offline, params.ui, params.use_jinja, params.verbosity = True, False, True, 0
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
