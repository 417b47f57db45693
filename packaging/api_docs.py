"""Maintainers run this after changing a route: `python packaging/api_docs.py [--check]`.

Writes the reference in docs/api.md from the OpenAPI document; what stands above it is written by hand.
`--check` writes nothing and fails where the page is not what it would write.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.web.create import APIS  # noqa: E402 - the program is found by its folder
from app.web.openapi import document  # noqa: E402

PAGE: Final = ROOT / "docs" / "api.md"
MARKER: Final = "<!-- From here on: python packaging/api_docs.py -->\n"
Schema = dict[str, Any]


def reference(described: Schema) -> str:
    """The reference in Markdown."""
    models: Schema = described["components"]["schemas"]
    routes = [
        _route(method.upper(), path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = [_model(name, models[name]) for name in sorted(models) if "properties" in models[name]]
    return "\n".join(["\n## Routes\n", *routes, "## Shapes\n", *shapes])


def page(current: str) -> str:
    """The whole page: what was written by hand, and the reference."""
    by_hand, marker, _ = current.partition(MARKER)
    if not marker:
        raise SystemExit(f"{PAGE} has no line {MARKER.strip()!r}")
    described = document([operation for api in APIS for operation in api.operations])
    return by_hand + marker + reference(described)


def _route(method: str, path: str, operation: Schema) -> str:
    lines = [f"### {method} {path}\n", operation["summary"], ""]
    if operation["description"]:
        lines += [" ".join(operation["description"].split()), ""]
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            lines.append(f"- query `{parameter['name']}`: {_type(parameter['schema'])}")
    if "requestBody" in operation:
        lines.append(f"- body: {_content(operation['requestBody'])}")
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            lines.append(f"- {status}: {_content(answer)}")
    errors = [status for status in operation["responses"] if not status.startswith("2")]
    return "\n".join([*lines, f"- problems: {', '.join(errors)}", ""])


def _content(answer: Schema) -> str:
    for media, content in answer.get("content", {}).items():
        return _type(content["schema"]) if "$ref" in content["schema"] else f"`{media}`"
    return "nothing"


def _model(name: str, schema: Schema) -> str:
    lines = [
        f"### {name}\n",
        *([" ".join(schema["description"].split()), ""] if "description" in schema else []),
    ]
    needed = schema.get("required", ())
    for field, part in schema["properties"].items():
        default = (
            ""
            if field in needed
            else f", default `{part['default']!r}`"
            if "default" in part
            else ", optional"
        )
        lines.append(f"- `{field}`: {_type(part)}{_bounds(part)}{default}")
    return "\n".join([*lines, ""])


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'] if 'items' in schema else schema['prefixItems'][0])}"
    return str(schema.get("format") or schema.get("type", "any"))


_BOUNDS: Final = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "maxItems": "at most {} items",
}


def _bounds(schema: Schema) -> str:
    found = [words.format(schema[key]) for key, words in _BOUNDS.items() if key in schema]
    return f" ({', '.join(found)})" if found else ""


if __name__ == "__main__":
    now = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        sys.exit(0 if page(now) == now else f"{PAGE.name} is out of date: run python packaging/api_docs.py")
    PAGE.write_text(page(now), encoding="utf-8")
