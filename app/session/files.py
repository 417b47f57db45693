"""Files on their way out of the store: into a folder of the user's, or into a zip."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import zipfile
from pathlib import Path

from app.domain.artifacts import Artifact, SourceFile, safe_path, sha256_hex
from app.errors import AppError, ErrorKind


def save_artifact(artifact: Artifact, folder: Path) -> list[Path]:
    """Write the files below a folder, each whole or not at all; a file with the same bytes is left alone.

    Raises AppError(conflict) before anything is written where a different file is in the way, and
    forbidden where a link would lead out of the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    root = folder.resolve()
    targets = [(file, _target(root, file)) for file in artifact.files]
    for file, target in targets:
        if target.exists() and target.read_bytes() != file.content.encode():
            raise AppError(
                ErrorKind.CONFLICT,
                f"{target} exists and is different; nothing was written.",
                "Choose another folder, or move that file away.",
            )
    return [_write(file, target) for file, target in targets]


def _target(root: Path, file: SourceFile) -> Path:
    target = root / safe_path(file.path)
    if target.is_symlink() or not target.parent.resolve().is_relative_to(root):
        raise AppError(
            ErrorKind.FORBIDDEN, f"{file.path} would be written through a link.", "Remove the link."
        )
    return target


def _write(file: SourceFile, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".roundtable-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(file.content.encode())
        _check_bytes(file, Path(temporary).read_bytes())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except (OSError, AppError):
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    return target


def _check_bytes(file: SourceFile, written: bytes) -> None:
    """What leaves the store is hashed once more: approved are these bytes and no others."""
    if sha256_hex(written) != file.sha256:
        raise AppError(ErrorKind.INTERNAL, f"{file.path} was not written as it was approved.", "Try again.")


def zip_files(artifact: Artifact) -> bytes:
    """The files as a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in artifact.files:
            archive.writestr(safe_path(file.path), file.content)
        for file in artifact.files:
            _check_bytes(file, archive.read(safe_path(file.path)))
    return content.getvalue()
