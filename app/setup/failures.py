"""Why a set-up failed, in words that say what to do."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

_DISK = "The disk is full. Free about 1 GB, or set ROUNDTABLE_VENV to a folder on another disk."
_WRITE = "The folder cannot be written. Make it writable, or set ROUNDTABLE_VENV to a folder of yours."
_NETWORK = (
    "The package index could not be reached. The first start needs the network: check the connection or the "
    "proxy (HTTPS_PROXY), then start again; what was downloaded is kept."
)
_CERTIFICATE = (
    "The package index's certificate was not accepted. Behind a proxy that inspects traffic, name its "
    "certificate in SSL_CERT_FILE and PIP_CERT."
)
_HASH = "A downloaded package is not the locked one and was refused. Start again; if it stays so, report it."
_NO_WHEEL = (
    "A package has no build for this system. Roundtable runs on Windows x64, macOS and Linux (glibc) "
    "x64/arm64 with CPython 3.11 to 3.13."
)
_UNKNOWN = "The lines above say why. The next start tries again from the beginning."

# What pip and uv print, most telling first: a missing network ends in "no matching distribution" as well.
_SIGNS = (
    (_DISK, ("no space left", "not enough space", "os error 28", "os error 112", "disk quota")),
    (_CERTIFICATE, ("certificate_verify_failed", "invalid peer certificate", "unknownissuer")),
    (
        _NETWORK,
        (
            *("name resolution", "failed to establish a new connection", "newconnectionerror", "dns error"),
            *("error sending request", "network is unreachable", "connection refused", "connection reset"),
            *("timed out", "connecttimeout", "connection broken", "proxyerror", "client error (connect)"),
        ),
    ),
    (_HASH, ("do not match the hashes", "hash mismatch")),
    (
        _WRITE,
        ("permission denied", "read-only file system", "os error 13", "os error 30", "access is denied"),
    ),
    (_NO_WHEEL, ("no matching distribution", "no wheels with a matching", "no solution found")),
)


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


def no_pip() -> SetupError:
    """This Python cannot make an environment with pip in it, as on Debian without python3-venv."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return SetupError(
        "this Python comes without ensurepip, which a new environment needs.\n"
        f"On Debian and Ubuntu: sudo apt install {package}    (or install uv: docs.astral.sh/uv)"
    )


def foreign_folder(folder: str) -> SetupError:
    """The environment's place is taken by something set-up did not make and will not remove."""
    return SetupError(
        f"{folder} exists and was not made by Roundtable.\n"
        "Remove it, or set ROUNDTABLE_VENV to a folder that does not exist yet."
    )


def from_os_error(error: OSError) -> SetupError:
    """A failed file operation of set-up itself."""
    hints = {errno.ENOSPC: _DISK, errno.EDQUOT: _DISK}
    hints |= dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _WRITE)
    hint = hints.get(error.errno or 0, "")
    return SetupError(f"{error}\n{hint}".rstrip())


def from_output(lines: Sequence[str]) -> SetupError:
    """An installer that ended with an error; `lines` is the end of what it printed."""
    said = "\n".join(lines)
    signs = said.lower()
    hint = next((hint for hint, words in _SIGNS if any(word in signs for word in words)), _UNKNOWN)
    return SetupError(f"the installer failed.\n{said}\n{hint}")
