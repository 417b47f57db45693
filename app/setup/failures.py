"""Why a set-up failed, in words that say what to do."""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping, Sequence

# What set-up meets, and what to do about it.
HINTS = {
    "disk": "The disk is full. Free about 1 GB, or set ROUNDTABLE_VENV to a folder on another disk.",
    "write": "The folder cannot be written. Make it writable, or set ROUNDTABLE_VENV to a folder of yours.",
    "network": (
        "The package index could not be reached. The first start needs the network: check the connection or "
        "the proxy (HTTPS_PROXY), then start again; what was downloaded is kept."
    ),
    "certificate": (
        "The package index's certificate was not accepted. Behind a proxy that inspects traffic, name its "
        "certificate in SSL_CERT_FILE and PIP_CERT."
    ),
    "hash": (
        "A downloaded package is not the locked one and was refused. Start again; if it stays so, report it."
    ),
    "no build": (
        "A package has no build for this system. Roundtable runs on Windows x64, macOS and Linux (glibc) "
        "x64/arm64 with CPython 3.11 to 3.13."
    ),
    "unknown": "The lines above say why. The next start tries again from the beginning.",
}
PAGE_HINTS = HINTS | {
    "disk": "The disk is full. Free about 50 MB (300 MB where npm is missing), then start again.",
    "write": "The folder ui, or the folder npm keeps its downloads in, cannot be written. Make it writable.",
    "certificate": (
        "The package index's certificate was not accepted. Behind a proxy that inspects traffic, name its "
        "certificate in NODE_EXTRA_CA_CERTS, or in npm's own setting cafile."
    ),
    "no build": "The package index has no such package. If npm's setting `registry` is yours, check it.",
}

# What pip, uv and npm print, most telling first: a missing network ends in "no matching distribution" too.
_SIGNS = (
    ("disk", ("no space left", "not enough space", "os error 28", "os error 112", "disk quota", "enospc")),
    (
        "certificate",
        (
            *("certificate_verify_failed", "invalid peer certificate", "unknownissuer"),
            *("self_signed_cert", "unable_to_get_issuer_cert", "unable_to_verify_leaf", "cert_has_expired"),
        ),
    ),
    (
        "network",
        (
            *("name resolution", "failed to establish a new connection", "newconnectionerror", "dns error"),
            *("error sending request", "network is unreachable", "connection refused", "connection reset"),
            *("timed out", "connecttimeout", "connection broken", "proxyerror", "client error (connect)"),
            *(
                "npm error network",
                "npm err! network",
                "econnrefused",
                "econnreset",
                "enotfound",
                "eai_again",
            ),
            *("etimedout", "socket timeout", "premature close"),
        ),
    ),
    ("hash", ("do not match the hashes", "hash mismatch", "eintegrity")),
    (
        "write",
        (
            *("permission denied", "read-only file system", "os error 13", "os error 30", "access is denied"),
            *("eacces", "eperm", "erofs"),
        ),
    ),
    (
        "no build",
        (
            *("no matching distribution", "no wheels with a matching", "no solution found"),
            *("code e404", "code etarget"),
        ),
    ),
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


def no_npm(why: SetupError) -> SetupError:
    """Neither this machine nor the package index has an npm that runs here."""
    return SetupError(
        f"there is no npm here, and Node.js could not be installed for it: {why}\n"
        "Installing Node.js 18 or newer (nodejs.org, or your system's packages) helps as well."
    )


def no_page(why: SetupError) -> SetupError:
    """Without its libraries there is no page, but everything else works."""
    return SetupError(
        f"the page's libraries are missing: {why}\n"
        "Commands in the terminal, such as generate, runs and check, work without them."
    )


def from_os_error(error: OSError, hints: Mapping[str, str] = HINTS) -> SetupError:
    """A failed file operation of set-up itself."""
    kinds = {errno.ENOSPC: "disk", errno.EDQUOT: "disk"}
    kinds |= dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "write")
    kind = kinds.get(error.errno or 0)
    return SetupError(f"{error}\n{hints[kind]}" if kind else str(error))


def from_output(lines: Sequence[str], hints: Mapping[str, str] = HINTS) -> SetupError:
    """An installer that ended with an error; `lines` is the end of what it printed."""
    said = "\n".join(lines)
    signs = said.lower()
    kind = next((kind for kind, words in _SIGNS if any(word in signs for word in words)), "unknown")
    return SetupError(f"the installer failed.\n{said}\n{hints[kind]}")
