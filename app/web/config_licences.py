"""The route that says under which terms the program and its parts come."""

from __future__ import annotations

from functools import cache
from importlib.metadata import Distribution, distributions

from flask import Response

from app.settings import PROGRAM_DIR
from app.web.api import Api

api = Api("licences")
_PLAIN = "text/plain"
_MOST = 60  # characters of a licence; some packages put its whole text there


@api.route("GET", "/licences", media=_PLAIN)
def licences() -> Response:
    """The program's own licence, and name, version and licence of every Python package in its environment."""
    return Response(_text(), content_type=f"{_PLAIN}; charset=utf-8")


@cache
def _text() -> str:
    own = PROGRAM_DIR / "LICENSE"
    lines = [own.read_text(encoding="utf-8").strip()] if own.is_file() else []
    found = {(d.name.lower(), d.version): _licence(d) for d in distributions() if d.name}
    parts = [f"{name} {version}: {terms}" for (name, version), terms in sorted(found.items())]
    return "\n".join([*lines, "", "Python packages in use, each under its own licence:", "", *parts, ""])


def _licence(package: Distribution) -> str:
    facts = package.metadata.json
    classified = [str(c).rpartition(" :: ")[2] for c in facts.get("classifier", []) if "License ::" in c]
    said = str(facts.get("license_expression") or ", ".join(classified) or facts.get("license") or "").strip()
    return said if 0 < len(said) <= _MOST else "see the package"
