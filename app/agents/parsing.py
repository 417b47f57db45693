"""From an agent's text to files: tolerant, because small models forget the fence, the path or the end.

What is mended is listed in the outcome, so that it can be shown and counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from app.domain.artifacts import Artifact, SourceFile, safe_path
from app.domain.runs import Language
from app.errors import AppError

EXTENSIONS: Final[dict[Language, str]] = {
    "python": ".py",
    "javascript": ".js",
    "java": ".java",
    "go": ".go",
    "rust": ".rs",
}
_TAGS: Final[dict[str, str]] = {
    "py": "python",
    "python3": "python",
    "js": "javascript",
    "node": "javascript",
    "mjs": "javascript",
    "golang": "go",
    "rs": "rust",
}
_DEFAULT_NAME: Final[dict[Language, str]] = {
    "python": "main.py",
    "javascript": "main.js",
    "java": "Main.java",
    "go": "main.go",
    "rust": "main.rs",
}
_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
_PATH = re.compile(r"(?:[\w@.+-]+/)*[\w@+-][\w@.+-]*\.[A-Za-z]\w{0,9}")
_COMMENT_PATH = re.compile(
    rf"^\s*(?:#|//|/\*|<!--|--)\s*(?:file(?:name)?|path)?\s*:?\s*`?({_PATH.pattern})`?\s*(?:\*/|-->)?\s*$",
    re.IGNORECASE,
)
_HEADING_LENGTH: Final = 120
_JAVA_TYPE = re.compile(
    r"^\s*public\s+(?:final\s+|abstract\s+|sealed\s+)*(?:class|interface|enum|record)\s+(\w+)", re.MULTILINE
)
_CODE_START: Final[dict[Language, re.Pattern[str]]] = {
    "python": re.compile(r"^(?:def |class |import |from \w|@|async def )", re.MULTILINE),
    "javascript": re.compile(
        r"^(?:function |const |let |class |import |export |async function |'use strict')", re.MULTILINE
    ),
    "java": re.compile(r"^(?:package |import |public |class |final class )", re.MULTILINE),
    "go": re.compile(r"^package \w+", re.MULTILINE),
    "rust": re.compile(r"^(?:use |fn |pub |struct |impl |enum |mod )", re.MULTILINE),
}


@dataclass(frozen=True)
class Parsed:
    """Files found in an answer.

    files: None where there was nothing usable.
    mended: what the parser had to put right, in words.
    problem: what to tell the agent when asking once more; empty where the files can be used as they are.
    """

    artifact: Artifact | None
    mended: tuple[str, ...] = ()
    problem: str = ""


@dataclass
class _Block:
    """A fenced block as found: info string, prose since the last block, body, whether its end was there."""

    info: str
    before: tuple[str, ...]
    body: list[str] = field(default_factory=list[str])
    closed: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.body).strip("\n") + "\n"


def parse_answer(
    text: str, language: Language, current: Artifact | None = None, *, cut: bool = False
) -> Parsed:
    """Read the files out of an answer.

    current: the files as they are; a single block without a path is taken to be the only file of these.
    cut: the answer ended at the token bound, so its last block is not whole: left out where there are
    others. It is a problem all the same.
    """
    mended: list[str] = []
    blocks = _blocks(text)
    if not blocks:
        bare = _bare_code(text, language)
        if bare is None:
            return Parsed(None, (), "There was no fenced code block in the answer.")
        mended.append("the fence was missing")
        blocks = [_Block(info=language, before=(), body=bare.split("\n"), closed=not cut)]
    is_cut = cut and not blocks[-1].closed
    files = _name_blocks(blocks, language, current, mended)
    if is_cut and (whole := _name_blocks(blocks[:-1], language, current, mended)):
        mended.append("the last file was cut off and left out")
        files = whole
    if not files:
        return Parsed(None, tuple(mended), f"No fenced block held {language} source code.")
    try:
        artifact = Artifact.of(SourceFile(path=p, content=c) for p, c in files.items())
    except AppError as error:
        return Parsed(None, tuple(mended), error.message)
    if is_cut:
        return Parsed(artifact, tuple(mended), "The answer was cut off before its end; it must be shorter.")
    if any(not b.closed for b in blocks):
        mended.append("the end of the last fence was missing")
    return Parsed(artifact, tuple(dict.fromkeys(mended)))


def _blocks(text: str) -> list[_Block]:
    """All fenced blocks. A fence that opens with an info string inside a block starts a new block."""
    found: list[_Block] = []
    open_block: _Block | None = None
    mark = ""
    before: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        fence = _FENCE.match(line)
        if open_block is None:
            if fence:
                mark, open_block = fence[1], _Block(info=fence[2], before=tuple(before))
                found.append(open_block)
            elif line.strip():
                before.append(line.strip())
            continue
        if fence and fence[1][0] == mark[0] and len(fence[1]) >= len(mark):
            if not fence[2]:
                open_block.closed, open_block, before = True, None, []
                continue
            if _looks_like_info(fence[2]) and not open_block.info.startswith(("markdown", "md")):
                mark, open_block = fence[1], _Block(info=fence[2], before=())
                found.append(open_block)
                continue
        open_block.body.append(line)
    return [b for b in found if b.text.strip()]


def _looks_like_info(info: str) -> bool:
    word = info.split(maxsplit=1)[0].lower()
    return _TAGS.get(word, word) in EXTENSIONS or _path_in(info) is not None


def _bare_code(text: str, language: Language) -> str | None:
    """Source code written without any fence: from the first line that can only be code to the end."""
    start = _CODE_START[language].search(text)
    return text[start.start() :] if start else None


def _path_in(text: str) -> str | None:
    """A usable file path within a short text, e.g. `**src/app.py**:`."""
    for match in _PATH.finditer(text):
        try:
            return safe_path(match[0])
        except AppError:
            continue
    return None


def _name_blocks(
    blocks: list[_Block], language: Language, current: Artifact | None, mended: list[str]
) -> dict[str, str]:
    """Give each block of source its path; a path that comes again replaces what it had before."""
    files: dict[str, str] = {}
    unnamed: list[_Block] = []
    for block in blocks:
        if not block.closed and files and len(block.body) < 2:
            continue
        path = _block_path(block, language)
        if path is None:
            if _is_language(block, language):
                unnamed.append(block)
            continue
        if path in files and files[path] != block.text:
            mended.append(f"{path} came more than once; the last one counts")
        files[path] = block.text
    if unnamed and not files:
        block = _pick(unnamed, language, mended)
        path = _default_path(block, language, current)
        mended.append(f"the path was missing; {path} was taken")
        files[path] = block.text
    return files


def _block_path(block: _Block, language: Language) -> str | None:
    """The path named in the info string, in the first line of the block, or in the line before it."""
    words = block.info.split(maxsplit=1)
    tag = _TAGS.get(words[0].lower(), words[0].lower()) if words else ""
    named = _path_in(words[1]) if len(words) > 1 else None
    if named is None and words and (tag not in EXTENSIONS):
        named = _path_in(re.sub(r"^\w+[:=]", "", words[0]))
    if named is None and block.body:
        comment = _COMMENT_PATH.match(block.body[0])
        named = _path_in(comment[1]) if comment else None
    if named is None and _is_language(block, language):
        named = _heading_path(block.before, EXTENSIONS[language])
    return named


def _heading_path(before: tuple[str, ...], extension: str) -> str | None:
    """A path in the line just before the block, or alone on a line above, as in `**src/app.py**`."""
    for distance, line in enumerate(reversed(before)):
        path = _path_in(line) if len(line) <= _HEADING_LENGTH else None
        alone = path is not None and re.sub(r"[\s*#`:_]|(?i:file(?:name)?)", "", line) == path.replace(
            "_", ""
        )
        if path is not None and path.endswith(extension) and (distance == 0 or alone):
            return path
    return None


def _is_language(block: _Block, language: Language) -> bool:
    words = block.info.lower().split()
    tag = words[0] if words else ""
    return (not tag and bool(_bare_code(block.text, language))) or _TAGS.get(tag, tag) == language


def _pick(blocks: list[_Block], language: Language, mended: list[str]) -> _Block:
    """Of several blocks without a path: the one that defines most; the rest are usually usage."""
    if len(blocks) > 1:
        mended.append(f"{len(blocks)} blocks had no path; the one that defines most was taken")
    return max(blocks, key=lambda b: (len(_CODE_START[language].findall(b.text)), len(b.text)))


def _default_path(block: _Block, language: Language, current: Artifact | None) -> str:
    if current is not None:
        own = [f.path for f in current.files if f.path.endswith(EXTENSIONS[language])]
        if len(own) == 1:
            return own[0]
    if language == "java" and (found := _JAVA_TYPE.search(block.text)):
        return f"{found[1]}.java"
    return _DEFAULT_NAME[language]
