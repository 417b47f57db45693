"""The first thing a start does. Written for Python 3.6 and later, so that an old one gets to the message."""

import sys

OLDEST = (3, 11)


def require_supported_python(version: "tuple[int, int]", executable: str) -> None:
    """End the process with a clear message if `version` (major, minor) is too old for Roundtable."""
    if version < OLDEST:
        sys.exit(
            "Roundtable needs Python {}.{} or newer; {} is Python {}.{}.\n"
            "Install a newer one (your system's packages, or python.org) and start main.py with that.".format(
                *OLDEST, executable, *version
            )
        )
