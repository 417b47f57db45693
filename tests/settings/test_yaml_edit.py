"""Values are changed in the text of a file; what the user wrote around them stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.errors import AppError, ErrorKind
from app.settings.yaml_edit import with_value, without

FILE = Path("agents.yaml")
TEXT = """\
# mine
code_generator:        # writes
  temperature: 0.9     # lively
  config: {description: "Writes, it does", instruction: a.md}

# below
quality_checker:
  max_tokens: 400
"""


@pytest.mark.parametrize(
    ("keys", "value", "line"),
    [
        ("code_generator.temperature", 0.25, "  temperature: 0.25     # lively"),
        ("code_generator.temperature", None, "  temperature: null     # lively"),
        ("code_generator.top_p", 1e-05, "  top_p: 1.0e-05"),
        ("code_generator.model", "ollama:a b: #c", '  model: "ollama:a b: #c"'),
        (
            "code_generator.config.description",
            "Other",
            '  config: {description: "Other", instruction: a.md}',
        ),
        (
            "code_generator.config.name",
            "x",
            '  config: {name: "x", description: "Writes, it does", instruction: a.md}',
        ),
        ("quality_checker.top_p", 0.5, "  top_p: 0.5"),
        ("code_optimizer.config.name", "x", '    name: "x"'),
    ],
)
def test_a_value_is_set_and_the_rest_stays(keys: str, value: str | float | None, line: str) -> None:
    text = with_value(FILE, TEXT, keys.split("."), value)
    assert line in text.split("\n")
    node = yaml.safe_load(text)
    for key in keys.split("."):
        node = node[key]
    assert node == value
    assert {"# mine", "# below", "  max_tokens: 400"} <= set(text.split("\n"))


@pytest.mark.parametrize(
    ("keys", "gone"),
    [
        ("code_generator.temperature", {"  temperature: 0.9     # lively"}),
        ("quality_checker.max_tokens", {"quality_checker:", "  max_tokens: 400"}),
        ("code_generator.top_p", set[str]()),
        ("nobody.x.y", set[str]()),
    ],
)
def test_a_value_is_taken_out_with_what_held_nothing_else(keys: str, gone: set[str]) -> None:
    left = without(FILE, TEXT, keys.split(".")).split("\n")
    assert set(TEXT.split("\n")) - set(left) == gone
    assert "# mine" in left


def test_within_braces() -> None:
    assert without(FILE, "a: {b: 1, c: 2}\n", ["a", "c"]) == "a: {b: 1}\n"
    assert without(FILE, "a: {b: 1, c: 2}\n", ["a", "b"]) == "a: {c: 2}\n"
    assert without(FILE, "a: {b: {c: 2}}\nd: 1\n", ["a", "b", "c"]) == "d: 1\n"
    assert with_value(FILE, "a: {}\n", ["a", "b"], 1) == "a: {b: 1}\n"


def test_what_is_empty_or_ends_without_a_line_break() -> None:
    assert with_value(FILE, "", ["a", "b"], True) == "a:\n  b: true\n"
    assert with_value(FILE, "# only this", ["a"], 1) == "# only this\na: 1\n"
    assert with_value(FILE, "a:\n  b: 1", ["a", "c"], 2) == "a:\n  b: 1\n  c: 2\n"
    assert with_value(FILE, "a:\nb: 1\n", ["a", "c"], 2) == "b: 1\na:\n  c: 2\n"
    assert with_value(FILE, "a:\n", ["a"], 2) == "a: 2\n"


def test_a_text_of_several_lines_is_replaced() -> None:
    text = "a: |\n  one\n  two\nb: 1  # stays\n"
    assert with_value(FILE, text, ["a"], "x") == 'b: 1  # stays\na: "x"\n'
    assert without(FILE, text, ["a"]) == "b: 1  # stays\n"


def test_what_is_used_twice_is_left_to_a_human() -> None:
    text = "a: &one\n  b: 1\nc: *one\n"
    with pytest.raises(AppError, match=r"c\.b cannot be changed") as caught:
        with_value(FILE, text, ["c", "b"], 2)
    assert caught.value.kind is ErrorKind.CONFIG
