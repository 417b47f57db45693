"""Artifacts: the files a run produces, named by the hash of exactly their bytes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict

from app.errors import AppError, ErrorKind

MAX_PATH_BYTES = 255
MAX_FILES = 40
MAX_FILE_BYTES = 200_000
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def safe_path(path: str) -> str:
    """The path in normal form, if it may be written below a folder of the user's choice.

    Refuses absolute paths, `..`, drives, backslashes, control and bidi characters, names reserved on
    Windows and hidden folders, on every system alike: an artifact must be savable everywhere.
    Raises AppError(invalid_request).
    """
    clean = unicodedata.normalize("NFC", path).removeprefix("./")
    parts = clean.split("/")
    wrong = (
        not clean
        or len(clean.encode()) > MAX_PATH_BYTES
        or any(c in '\\:*?"<>|' or unicodedata.category(c) in ("Cc", "Cf") for c in clean)
        or any(p in ("", ".", "..") or p != p.strip() or p.endswith(".") for p in parts)
        or any(_RESERVED.match(p) for p in parts)
        or any(p.startswith(".") for p in parts[:-1])
    )
    if wrong:
        raise AppError(
            ErrorKind.INVALID_REQUEST,
            f"The file name {path!r} cannot be used.",
            f"Use a relative path of at most {MAX_PATH_BYTES} bytes without '..', drives or reserved names.",
        )
    return clean


def valid_path(path: str) -> str:
    """`safe_path` for pydantic, which takes only a ValueError for a wrong field."""
    try:
        return safe_path(path)
    except AppError as error:
        raise ValueError(str(error)) from error


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


class SourceFile(BaseModel):
    """One file of an artifact; `content` is text and is written as UTF-8, unchanged."""

    model_config = ConfigDict(frozen=True)

    path: Annotated[str, AfterValidator(valid_path)]
    content: str

    @property
    def sha256(self) -> str:
        return sha256_hex(self.content.encode())


class Artifact(BaseModel):
    """A set of files, sorted by path. Two artifacts are the same if and only if their hashes are."""

    model_config = ConfigDict(frozen=True)

    files: tuple[SourceFile, ...]

    @classmethod
    def of(cls, files: Iterable[SourceFile]) -> Self:
        """Build from files in any order. Raises AppError(too_large) beyond the bounds above."""
        ordered = tuple(sorted(files, key=lambda f: f.path))
        if len(ordered) > MAX_FILES:
            raise AppError(ErrorKind.TOO_LARGE, f"{len(ordered)} files; at most {MAX_FILES} are allowed.")
        for file in ordered:
            if len(file.content.encode()) > MAX_FILE_BYTES:
                raise AppError(ErrorKind.TOO_LARGE, f"{file.path} is over {MAX_FILE_BYTES} bytes.")
        if len({f.path.casefold() for f in ordered}) != len(ordered):
            raise AppError(ErrorKind.INVALID_REQUEST, "Two files have the same path.")
        return cls(files=ordered)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over each file's path and content hash, so that no two sets of files collide."""
        lines = "".join(f"{f.sha256} {f.path}\n" for f in self.files)
        return sha256_hex(lines.encode())

    def merged(self, other: Artifact) -> Artifact:
        """This artifact with the files of `other` added or put in place of those of the same path."""
        files = {f.path: f for f in self.files} | {f.path: f for f in other.files}
        return Artifact.of(files.values())

    def edited(self, files: Iterable[SourceFile], removed: Collection[str]) -> Artifact:
        """This artifact without the files of these paths, and with others added or put in place.

        Raises AppError: invalid_request for a path that is not there, a path that is a file and a folder,
        and where nothing is left; too_large as `of`.
        """
        paths = {f.path for f in self.files}
        if missing := [path for path in removed if path not in paths]:
            raise AppError(ErrorKind.INVALID_REQUEST, f"There is no file {missing[0]!r} to remove.")
        left = Artifact(files=tuple(f for f in self.files if f.path not in removed))
        edited = left.merged(Artifact.of(files))
        if not edited.files:
            raise AppError(ErrorKind.INVALID_REQUEST, "No file is left.", "Keep or add at least one.")
        edited.refuse_nested()
        return edited

    def refuse_nested(self) -> None:
        """Raise AppError(invalid_request) where a path is that of a file and of a folder."""
        paths = {f.path.casefold() for f in self.files}
        for file in self.files:
            parents = file.path.casefold().split("/")[:-1]
            if any("/".join(parents[: n + 1]) in paths for n in range(len(parents))):
                raise AppError(
                    ErrorKind.INVALID_REQUEST,
                    f"{file.path} lies in a folder that has the name of a file.",
                    "Give one of the two another name.",
                )
