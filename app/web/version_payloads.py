"""What the routes about versions take and return; see app/web/payloads.py."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from app.domain.artifacts import MAX_FILE_BYTES, MAX_FILES, MAX_PATH_BYTES, valid_path
from app.web.payloads import Decided, SourceBody, Taken

_Path = Annotated[str, Field(min_length=1, max_length=MAX_PATH_BYTES)]


class EditedFile(SourceBody):
    """A file of the new version, whole."""

    path: Annotated[_Path, AfterValidator(valid_path)]

    @field_validator("content")
    @classmethod
    def _bounded(cls, value: str) -> str:
        if len(value.encode()) > MAX_FILE_BYTES:
            raise ValueError(f"is over {MAX_FILE_BYTES} bytes")
        return value


class VersionBody(Taken):
    """A version of your own, made from one of the run's.

    base_hash: of that version. files: new ones, and those that changed, whole; the others stay as they are.
    removed: paths of files that are no more; a file that gets another name is removed and added.
    """

    gate_id: str = Field(min_length=1, max_length=32, pattern=r"^[0-9a-f]+$")
    base_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    files: list[EditedFile] = Field(default_factory=list[EditedFile], max_length=MAX_FILES)
    removed: list[_Path] = Field(default_factory=list[str], max_length=MAX_FILES)


class Proposed(Decided):
    """artifact_hash: of the version that is being checked."""

    artifact_hash: str
