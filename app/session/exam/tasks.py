"""The tasks of the exam: `tasks.yaml`, validated; what each field means is told there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from app.checks.examples import Example, parse_example
from app.domain.artifacts import Artifact, SourceFile
from app.domain.runs import RunRequest
from app.settings.yaml_files import read_yaml

_STRICT: Final = ConfigDict(frozen=True, extra="forbid")
_FILE: Final = Path(__file__).with_name("tasks.yaml")


class Writing(BaseModel):
    """A small function to write."""

    model_config = _STRICT

    title: str
    text: str
    shown: tuple[str, ...] = Field(min_length=1)
    hidden: tuple[str, ...] = Field(min_length=2)

    @property
    def request(self) -> RunRequest:
        return RunRequest(requirements=self.text, examples=self.shown)

    @property
    def shown_examples(self) -> tuple[Example, ...]:
        return tuple(parse_example(text, "user") for text in self.shown)

    @property
    def examples(self) -> tuple[Example, ...]:
        """All that its code has to hold."""
        return (*self.shown_examples, *(parse_example(text, "user") for text in self.hidden))


class Repair(Writing):
    """A version that fails one of the shown examples."""

    path: str
    code: str

    @property
    def artifact(self) -> Artifact:
        return Artifact.of([SourceFile(path=self.path, content=self.code)])


class Review(BaseModel):
    """A result to foretell."""

    model_config = _STRICT

    title: str
    text: str
    call: str

    @property
    def request(self) -> RunRequest:
        return RunRequest(requirements=self.text)

    @property
    def example(self) -> Example:
        return parse_example(self.call, "proposed")


class Tasks(BaseModel):
    """All of them."""

    model_config = _STRICT

    writing: tuple[Writing, Writing]
    more: tuple[Writing, ...]
    repair: tuple[Repair, Repair]
    review: tuple[Review, Review]


@cache
def the_tasks() -> Tasks:
    """Read once."""
    return Tasks.model_validate(read_yaml(_FILE))
