"""Fixtures that give tests a real engine. Import them into a conftest.py:

from tests.support.engines import ollama_server, weights_05b
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.models.ollama_process import OllamaProcess, find_program
from app.models.weight_table import load_weight_table
from app.models.weights import WeightStore
from app.settings.places import CONFIG_DIR, data_folder
from tests.support.listening import free_port

SMALL = "qwen2.5-coder-0.5b"
OLLAMA_MODEL = "tiny-coder:latest"
BARE_MODEL = "bare-coder:latest"
CHATML = """{{ range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
"""


@dataclass(frozen=True)
class OllamaServer:
    """A running server. url: plain host URL. model: the 0.5B model with its chat template; bare: the
    same without one. store: its folder of models. pid: of the server; models run in children of it."""

    url: str
    store: Path
    pid: int
    model: str = OLLAMA_MODEL
    bare: str = BARE_MODEL


def weight_store() -> WeightStore:
    """The store in ROUNDTABLE_TEST_HOME, else in the user's data folder, so that weights are fetched once."""
    home = os.environ.get("ROUNDTABLE_TEST_HOME")
    return WeightStore(
        Path(home) if home else data_folder(os.environ), load_weight_table(CONFIG_DIR / "weights.yaml")
    )


@pytest.fixture(scope="session")
def weights_05b() -> Path:
    """The verified 0.5B weights; fetched by the program's own downloader where they are not there yet."""
    return asyncio.run(weight_store().ensure(SMALL))


@pytest.fixture(scope="session")
def ollama_server(weights_05b: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[OllamaServer]:
    """A real Ollama with a store of its own, holding the 0.5B model with and without a chat template."""
    program = ollama_program()
    home = tmp_path_factory.mktemp("ollama")
    url = f"http://127.0.0.1:{free_port()}"
    process = OllamaProcess(url, home / "ollama.log")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OLLAMA_MODELS", str(home / "models"))
        process.start()
    try:
        for name, more in ((OLLAMA_MODEL, chatml_lines()), (BARE_MODEL, "")):
            create_model(program, url, name, f"FROM {weights_05b}\n{more}", home)
        assert process.pid is not None
        yield OllamaServer(url, home / "models", process.pid)
    finally:
        process.close()


def ollama_program() -> str:
    """The `ollama` program; skips the test where there is none."""
    program = find_program()
    if program is None:
        pytest.skip("Ollama is not installed (`ollama` is not on PATH): see CONTRIBUTING.md")
    return program


def chatml_lines() -> str:
    """Lines of a Modelfile: without a TEMPLATE, Ollama takes a bare one."""
    return f'TEMPLATE """{CHATML}"""\nPARAMETER stop <|im_end|>\n'


def create_model(program: str, url: str, name: str, modelfile: str, folder: Path) -> None:
    """`ollama create`."""
    path = folder / "Modelfile"
    path.write_text(modelfile, encoding="utf-8")
    environment = {**os.environ, "OLLAMA_HOST": url}
    subprocess.run(
        (program, "create", name, "-f", str(path)), env=environment, check=True, capture_output=True
    )
