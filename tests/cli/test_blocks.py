"""Messages are cut into prose and code, also while they are still being written."""

from __future__ import annotations

import pytest

from app.cli.blocks import Code, Prose, split_blocks


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hello.\n", [Prose("Hello.")]),
        ("A\n```python a.py\nx = 1\n```\nB", [Prose("A"), Code("python", "a.py", "x = 1"), Prose("B")]),
        ("```go\nfunc", [Code("go", "", "func")]),
        ("~~~\n```\nin\n```\n~~~", [Code("", "", "```\nin\n```")]),
        ("````md\n```python\nx\n```\n````", [Code("md", "", "```python\nx\n```")]),
        ("\n\n", []),
    ],
)
def test_split(text: str, parts: list[Prose | Code]) -> None:
    assert list(split_blocks(text)) == parts
