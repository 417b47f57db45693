"""Which sandbox is taken for which language and program, and what is said where there is none."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from app.checks.sandbox.base import DEFAULT_LIMITS, NEVER, Execution, Limits, Probe, Program
from app.checks.sandbox.choice import Choice
from app.domain.runs import LANGUAGES, Language
from app.errors import AppError, ErrorKind

ANY = frozenset(LANGUAGES)
WASM: dict[str, frozenset[Language]] = {
    "wasmtime-python": frozenset({"python"}),
    "wasmtime-javascript": frozenset({"javascript"}),
}


@dataclass
class Known:
    """An executor that is known by what it says of itself."""

    name: str
    languages: frozenset[Language] = ANY
    missing: dict[Language, str] = field(default_factory=dict[Language, str])
    detail: str = ""
    able: bool = True
    warm: int = 0
    broken: bool = False

    def probe(self) -> Probe:
        return Probe(
            self.able, self.detail or self.name, self.languages if self.able else frozenset(), self.missing
        )

    def suits(self, program: Program) -> bool:
        return not self.name.startswith("wasmtime") or "threads" not in program.inline

    def warm_up(self) -> None:
        self.warm += 1
        if self.broken:
            raise AppError(ErrorKind.INTERNAL, "broken")

    def run(
        self, program: Program, limits: Limits = DEFAULT_LIMITS, stop: threading.Event = NEVER
    ) -> Execution:
        raise NotImplementedError


def everything() -> list[Known]:
    wasm = [Known(name, languages) for name, languages in WASM.items()]
    return [*wasm, Known("bubblewrap"), Known("podman"), Known("docker")]


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "wasmtime-python"),
        ("javascript", "wasmtime-javascript"),
        ("java", "podman"),
        ("rust", "podman"),
        ("go", "bubblewrap"),
    ],
)
def test_the_preferred_one_is_taken(language: Language, name: str) -> None:
    chosen = Choice(everything()).choose(language)
    assert chosen is not None
    assert chosen.name == name


def test_a_program_goes_where_it_suits_if_it_can() -> None:
    threads = Program("python", {}, inline="threads")
    chosen = Choice(everything()).choose("python", threads)
    assert chosen is not None
    assert chosen.name == "bubblewrap"
    only = Known("wasmtime-python", WASM["wasmtime-python"])
    assert Choice([only]).choose("python", threads) is only


def test_without_one_it_says_why_and_what_to_do() -> None:
    choice = Choice(
        [
            Known("wasmtime-python", WASM["wasmtime-python"]),
            Known("bubblewrap", WASM["wasmtime-python"], missing={"java": "there is no JDK"}),
            Known("podman", able=False, detail="podman is not installed"),
        ]
    )
    assert choice.choose("java") is None
    assert choice.why_not("java") == "java is not executed here: podman is not installed; there is no JDK"
    assert Choice([]).why_not("go") == "go is not executed here: no sandbox can run it"


def test_one_that_does_not_get_ready_does_not_keep_the_others_from_it() -> None:
    broken, good, away = Known("bubblewrap", broken=True), Known("podman"), Known("docker", able=False)
    Choice([broken, good, away]).warm_up()
    assert (broken.warm, good.warm, away.warm) == (1, 1, 0)
