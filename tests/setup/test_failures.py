"""What a user reads when set-up cannot go on."""

from __future__ import annotations

import ast
import errno
import os
from pathlib import Path

import pytest

from app.setup.failures import from_os_error, from_output
from app.setup.python_version import require_supported_python
from tests.setup.small_copy import INSTALLERS, REPOSITORY, SmallCopy, make_wheel

NO_ENSUREPIP = """
import runpy, sys
sys.modules["ensurepip"] = None  # as on Debian without python3-venv
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def test_an_old_python_is_named_with_the_version_needed() -> None:
    require_supported_python((3, 11), "python3")
    with pytest.raises(SystemExit) as ended:
        require_supported_python((3, 8), "/usr/bin/python3")
    assert "needs Python 3.11 or newer; /usr/bin/python3 is Python 3.8" in str(ended.value)


@pytest.mark.parametrize(
    "file", ["main.py", "app/__init__.py", "app/setup/__init__.py", "app/setup/python_version.py"]
)
def test_an_old_python_gets_as_far_as_the_message(file: str) -> None:
    ast.parse((REPOSITORY / file).read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("installer", INSTALLERS)
def test_a_package_that_is_not_the_locked_one_is_refused(copy: SmallCopy, installer: str) -> None:
    make_wheel(copy.wheels, "tiny", {"tiny/__init__.py": "print('other bytes')"})
    refused = copy.run("doctor", installer=installer)
    assert refused.returncode == 5
    assert "is not the locked one and was refused" in refused.stderr
    assert not refused.stdout


@pytest.mark.parametrize("installer", INSTALLERS)
def test_no_network_is_called_no_network(copy: SmallCopy, installer: str) -> None:
    closed = "http://127.0.0.1:9/"
    pip = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": closed, "PIP_RETRIES": "1"}
    uv = {"UV_CONFIG_FILE": os.devnull, "UV_DEFAULT_INDEX": closed, "UV_HTTP_RETRIES": "0"}
    (copy.wheels / "tiny-1.0-py3-none-any.whl").unlink()
    failed = copy.run("doctor", installer=installer, variables=pip | uv)
    assert failed.returncode == 5
    assert "could not be reached" in failed.stderr


def test_a_folder_of_somebody_else_is_left_alone(copy: SmallCopy) -> None:
    copy.venv.mkdir()
    theirs = copy.venv / "theirs.txt"
    theirs.touch()
    refused = copy.run("doctor")
    assert refused.returncode == 5
    assert "was not made by Roundtable" in refused.stderr
    assert theirs.exists()


def test_without_ensurepip_the_missing_package_is_named(copy: SmallCopy) -> None:
    program = copy.root / "without_ensurepip.py"
    program.write_text(NO_ENSUREPIP)
    failed = copy.run("doctor", python=(str(program),), installer="pip")
    assert failed.returncode == 5
    assert "sudo apt install python3." in failed.stderr


def test_a_place_that_cannot_be_a_folder_is_named(copy: SmallCopy) -> None:
    failed = copy.run("doctor", variables={"ROUNDTABLE_VENV": str(copy.root / "main.py" / "below a file")})
    assert failed.returncode == 5
    assert "main.py" in failed.stderr


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "cannot be written"), (errno.EROFS, "ROUNDTABLE_VENV")],
)
def test_failed_file_operations_say_what_to_do(number: int, words: str) -> None:
    error = from_os_error(OSError(number, os.strerror(number), str(Path("copy") / ".venv")))
    assert words in str(error)
    assert ".venv" in str(error)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
        ),
        (
            "  cause: failed to copy file to `regex/.tmp3PEWYf`: No space left on device (os error 28)",
            "disk is full",
        ),
        ("  cause: invalid peer certificate: UnknownIssuer", "certificate"),
        ("ERROR: No matching distribution found for xllamacpp==2026.10.11549", "no build for this system"),
        ("error: something new", "something new"),
    ],
)
def test_an_installers_last_words_are_explained(line: str, words: str) -> None:
    assert words in str(from_output([line]))
