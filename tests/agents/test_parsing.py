"""The parser against hand-made slips and against what the 0.5B and 1.5B models really wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.agents.parsing import parse_answer
from app.domain.artifacts import Artifact, SourceFile
from app.domain.runs import Language

OUTPUTS = Path(__file__).parent / "outputs"


def paths(text: str, language: Language = "python", **more: object) -> list[str]:
    parsed = parse_answer(text, language, **more)  # type: ignore[arg-type]
    return [f.path for f in parsed.artifact.files] if parsed.artifact else []


@pytest.mark.parametrize(
    "text",
    [
        "```python pkg/a.py\nx = 1\n```",
        "```python path=pkg/a.py\nx = 1\n```",
        "```pkg/a.py\nx = 1\n```",
        "```python:pkg/a.py\nx = 1\n```",
        "**pkg/a.py**\n```python\nx = 1\n```",
        "### File: `pkg/a.py`\n\n```python\nx = 1\n```",
        "Here is pkg/a.py:\n```py\nx = 1\n```",
        "```python\n# pkg/a.py\nx = 1\n```",
        "```python\n# file: pkg/a.py\nx = 1\n```",
        "**pkg/a.py**\n\nIt holds the constant.\n\n```python\nx = 1\n```",
        "~~~python pkg/a.py\nx = 1\n~~~",
        "```python ./pkg/a.py\r\nx = 1\r\n```",
    ],
)
def test_path_is_found_wherever_it_is_written(text: str) -> None:
    assert paths(text) == ["pkg/a.py"]


def test_missing_path_takes_the_only_current_file() -> None:
    current = Artifact.of([SourceFile(path="stack.py", content="old\n")])
    assert paths("```python\ndef f(): ...\n```", current=current) == ["stack.py"]


def test_java_class_names_its_file() -> None:
    assert paths("```java\npublic final class Box {}\n```", "java") == ["Box.java"]


def test_missing_end_of_fence_is_mended_but_a_cut_answer_is_a_problem() -> None:
    text = "```python a.py\ndef f():\n    return 1\n"
    assert parse_answer(text, "python").mended == ("the end of the last fence was missing",)
    assert "cut off" in parse_answer(text, "python", cut=True).problem


def test_code_without_any_fence_is_taken_from_its_first_line() -> None:
    parsed = parse_answer("Sure, here it is:\n\ndef f():\n    return 1\n", "python")
    assert parsed.artifact is not None
    assert parsed.artifact.files[0].content == "def f():\n    return 1\n"
    assert "the fence was missing" in parsed.mended


def test_file_given_twice_the_last_counts() -> None:
    text = "```python a.py\nx = 1\n```\nBetter:\n```python a.py\nx = 2\n```"
    parsed = parse_answer(text, "python")
    assert parsed.artifact is not None
    assert [f.content for f in parsed.artifact.files] == ["x = 2\n"]
    assert any("more than once" in m for m in parsed.mended)


def test_usage_and_shell_blocks_are_left_aside() -> None:
    text = "```python a.py\nx = 1\n```\nRun it:\n```bash\npython a.py\n```\n```\n1\n```"
    assert paths(text) == ["a.py"]


def test_block_opened_inside_an_open_block_starts_a_new_file() -> None:
    text = "```python a.py\nx = 1\n```python b.py\ny = 2\n```"
    assert paths(text) == ["a.py", "b.py"]


@pytest.mark.parametrize("name", ["../a.py", "/etc/a.py", "C:\\a.py", ".git/hooks/a.py"])
def test_hostile_paths_are_never_used(name: str) -> None:
    found = paths(f"```python {name}\nx = 1\n```")
    assert all(not p.startswith(("/", ".", "C:")) and ".." not in p for p in found)


@pytest.mark.parametrize("text", ["", "I cannot do that.", "```\n\n```", "```bash\nls\n```"])
def test_nothing_usable_says_what_to_ask_for(text: str) -> None:
    parsed = parse_answer(text, "python")
    assert parsed.artifact is None
    assert parsed.problem


@pytest.mark.parametrize("output", sorted(OUTPUTS.glob("*.txt")), ids=lambda p: p.stem)
def test_real_outputs_give_files(output: Path) -> None:
    language = _language(output)
    parsed = parse_answer(output.read_text(encoding="utf-8"), language)
    assert parsed.artifact is not None, parsed.problem
    assert not any(line.startswith("```") for f in parsed.artifact.files for line in f.content.splitlines())


def _language(output: Path) -> Language:
    text = output.read_text(encoding="utf-8")
    tags: dict[Language, int] = {
        "python": text.count("```python"),
        "javascript": text.count("```javascript") + text.count("```js"),
        "java": text.count("```java\n") + text.count("```java "),
        "go": text.count("```go"),
        "rust": text.count("```rust"),
    }
    return max(tags, key=lambda k: tags[k])


def test_what_is_whole_in_a_cut_answer_is_kept() -> None:
    text = "```python add.py\ndef add(a, b):\n    return a + b\n```\n```python test_add.py\nimport unitt"
    parsed = parse_answer(text, "python", cut=True)
    assert parsed.artifact is not None
    assert [file.path for file in parsed.artifact.files] == ["add.py"]
    assert "cut off" in parsed.problem
    assert "the last file was cut off and left out" in parsed.mended
