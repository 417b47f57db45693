"""What kind of file it is, which decides which rules apply to it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, Literal

from app.checks.languages import language_of
from app.domain.runs import Language

# shell: runs as commands. build: carries commands (Dockerfile, package.json, workflow files). data: runs
# nothing by itself. other: a language that no rule here understands.
Kind = Literal["python", "javascript", "java", "go", "rust", "shell", "build", "data", "other"]
CODE: Final[tuple[Language, ...]] = ("python", "javascript", "java", "go", "rust")

_SUFFIXES: Final[dict[str, Kind]] = {
    **dict.fromkeys((".pyw", ".pyi", ".pth"), "python"),
    ".jsx": "javascript",
    **dict.fromkeys((".sh", ".bash", ".zsh", ".ksh", ".fish", ".bat", ".cmd", ".ps1", ".psm1"), "shell"),
    **dict.fromkeys((".mk", ".dockerfile", ".gradle", ".desktop", ".service", ".timer", ".reg"), "build"),
    **dict.fromkeys(
        [
            ".md",
            ".txt",
            ".rst",
            ".json",
            ".jsonl",
            ".csv",
            ".tsv",
            ".toml",
            ".yaml",
            ".yml",
            ".xml",
            ".html",
            ".htm",
            ".css",
            ".svg",
            ".ini",
            ".cfg",
            ".conf",
            ".env",
            ".properties",
            ".sql",
            ".lock",
            ".mod",
            ".sum",
            ".log",
            ".in",
            ".out",
            ".example",
            ".template",
            ".tmpl",
            ".gitignore",
            ".editorconfig",
        ],
        "data",
    ),
}
_BUILD_NAMES: Final = re.compile(
    r"(?i)^((docker|container)file(\..+)?|(docker-)?compose.*\.ya?ml|(gnu)?makefile|justfile|procfile|jenkinsfile"
    r"|package\.json|composer\.json|cargo\.toml|pyproject\.toml|setup\.cfg|tox\.ini|pom\.xml|crontab"
    r"|\.gitlab-ci\.yml|\.pre-commit-config\.yaml|tasks\.json|launch\.json|settings\.json|devcontainer\.json)$"
)
_BUILD_FOLDERS: Final = {".github", ".vscode", ".devcontainer", ".circleci", ".husky", ".githooks"}
_SHELL_NAMES: Final = re.compile(
    r"^\.?(bash|zsh|k?sh)?(rc|_profile|_aliases)$|^\.?(z?profile|envrc)$|^(pre|post)-\w+$"
)
_DATA_NAMES: Final = re.compile(
    r"(?i)^(readme|licen[cs]e|notice|changelog|contributing|authors|copying|version|codeowners"
    r"|\.(git|docker|npm)(ignore|attributes)|\.editorconfig|\.env(\..+)?|\.npmrc|\.nvmrc|\.python-version)$"
)
_SHEBANGS: Final[tuple[tuple[str, Kind], ...]] = (
    (r"\b(ba|z|k|da)?sh\b", "shell"),
    (r"\bpython[\d.]*\b", "python"),
    (r"\b(node|deno|bun)\b", "javascript"),
)


def kind_of(path: str, content: str) -> Kind:
    """The kind by name and folder, and for files without a telling name by their first line."""
    pure = PurePosixPath(path)
    suffix = pure.suffix.lower()
    if language := language_of(path):
        return language
    if _BUILD_NAMES.match(pure.name) or _BUILD_FOLDERS & set(pure.parts[:-1]):
        return "build"
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if _SHELL_NAMES.match(pure.name):
        return "shell"
    if _DATA_NAMES.match(pure.name):
        return "data"
    return _by_shebang(content)


def code_language(kind: Kind) -> Language | None:
    """The language in which it can be parsed; None where there is none."""
    return next((language for language in CODE if language == kind), None)


def _by_shebang(content: str) -> Kind:
    first = content.partition("\n")[0]
    if first.startswith("#!"):
        for pattern, kind in _SHEBANGS:
            if re.search(pattern, first):
                return kind
    return "other"
