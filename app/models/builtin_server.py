"""The builtin engine's process: llama.cpp's own server from the xllamacpp package.

It reads one line of JSON from stdin (the fields of `Parameters`; the API key is there because arguments
and environment are visible to others), loads the model, prints one line, `{"url": ...}` or
`{"error": ...}`, and serves until stdin ends. Stdin ends when the program that started it is gone,
however that came about.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any, TextIO

import psutil

LOCALHOST = "127.0.0.1"


@dataclass(frozen=True)
class Parameters:
    """model: path of the GGUF file. alias: the name it answers with. window: tokens of context.

    threads: for generating and for reading prompts. cache_mib: bound of the cache of earlier prompts.
    idle_seconds: after so long without a call the model is unloaded; the next call loads it again.
    """

    model: str
    alias: str
    window: int
    api_key: str
    threads: int
    cache_mib: int
    idle_seconds: int


def _start_server(wanted: Parameters) -> Any:
    """Load the model and listen; the server lives as long as the object that is returned."""
    # Here, so that a package that cannot be loaded is told like any other failure; it has no types.
    xllamacpp: Any = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = wanted.model
    params.model_alias = {wanted.alias}
    params.n_ctx = wanted.window
    params.n_parallel = 1  # one slot: every agent's prompt meets the cache that the one before it left
    params.cpuparams.n_threads = wanted.threads
    params.cpuparams_batch.n_threads = wanted.threads
    params.cache_ram_mib = wanted.cache_mib
    params.sleep_idle_seconds = wanted.idle_seconds
    params.hostnames = [LOCALHOST]
    params.port = 0
    params.api_keys = [wanted.api_key]
    params.ui = False
    params.verbosity = 1
    return xllamacpp.Server(params)


def _lower_priority() -> None:
    """A busy engine must not make the machine, or the program's own window, sluggish."""
    psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 5)


def _answer(out: TextIO, **facts: str) -> None:
    out.write(json.dumps(facts) + "\n")
    out.flush()


def main() -> None:
    """Serve until stdin ends. Ends with status 1 where the engine cannot be started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the program, not for us
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the engine prints must not get between our lines
    wanted = Parameters(**json.loads(sys.stdin.readline()))
    _lower_priority()
    try:
        server = _start_server(wanted)
    except (ImportError, RuntimeError, ValueError, OSError) as error:
        _answer(out, error=f"{type(error).__name__}: {error}")
        sys.exit(1)
    _answer(out, url=server.listening_address)
    while sys.stdin.read(1):
        continue
    os._exit(0)  # at once: an orderly end would finish the answer in progress first


if __name__ == "__main__":
    main()
