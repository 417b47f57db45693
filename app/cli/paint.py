"""What a turn, a gate and the end of a run look like. The live view and the replay share it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.syntax import Syntax
from rich.text import Text

from app.cli.blocks import Code, split_blocks
from app.cli.facts import GateFacts, Speed, last_round, spoke_by_itself
from app.cli.safe_text import safe_line, safe_text
from app.cli.terminal import safe
from app.domain.events import Event, EventType
from app.domain.findings import CheckResult, CheckStatus
from app.domain.projection import RunView, TurnView

COLOURS: Final = {
    "code_generator": "bright_blue",
    "quality_checker": "yellow",
    "code_optimizer": "magenta",
    "user_proxy": "green",
}
_CHIPS: Final = {
    CheckStatus.PASS: ("✓", "green"),
    CheckStatus.FAIL: ("✗", "red"),
    CheckStatus.SKIPPED: ("–", "dim"),
}
_EVIDENCE_LINES: Final = 12
_REPEATED_LINES: Final = 2
_INDENT: Final = 2
_GAP: Final = "  "


class Painter:
    """Makes renderables. plain: no frames, and code as it is, for output that is no terminal."""

    def __init__(self, *, plain: bool) -> None:
        self._plain = plain

    def opening(self, run: RunView) -> RenderableType:
        """What was asked for."""
        data = run.created.data if run.created else {}
        asked = safe(str(data.get("requirements", "")).strip(), "bold")
        facts = f"{data.get('language', '')} · up to {_count(data.get('max_iterations', 1), 'round')}"
        if data.get("examples"):
            facts += f" · {_count(len(data['examples']), 'example')}"
        if run.created:
            facts += f" · session {run.created.session_id}"
        return Group(asked, safe(facts, "dim"), Text())

    def turn(self, run: RunView, turn: TurnView, *, headed: bool = False) -> RenderableType:
        """A whole turn. headed: its heading has been printed."""
        parts: list[RenderableType] = [] if headed else [self.heading(run, turn)]
        parts += [self._indented(part) for part in self._told(run, turn)]
        return Group(*parts, Text())

    def heading(self, run: RunView, turn: TurnView) -> Text:
        """Who speaks, in which round, with which model."""
        data = turn.started.data
        colour = COLOURS.get(turn.agent, "cyan")
        facts = [f"round {data.get('round', 1)} of {last_round(run)}"]
        if spoke_by_itself(run, turn):
            facts.append("automatic")
        elif turn.agent != "user_proxy":
            facts.append(f"{data.get('provider', '')} {data.get('model', '')}")
        name = (f"● {safe_line(turn.agent)}", f"bold {colour}")
        return Text.assemble(name, ("  " + safe_line(" · ".join(facts)), "dim"))

    def body(self, text: str) -> list[RenderableType]:
        """A message: prose as it is, code highlighted."""
        return [
            self.code(block.language, block.title, block.text)
            if isinstance(block, Code)
            else safe(block.text)
            for block in split_blocks(safe_text(text))
        ]

    def code(self, language: str, title: str, text: str) -> RenderableType:
        """A block of source between two rules; no frame at its sides, so that it can be copied."""
        title, text = safe_line(title or language), safe_text(text)
        if self._plain:
            return Text(f"--- {title}\n{text}\n---")
        syntax = Syntax(
            text, language or "text", theme="ansi_dark", background_color="default", word_wrap=True
        )
        return Group(Rule(Text(title, "bold"), align="left", style="dim"), syntax, Rule(style="dim"))

    def chips(self, run: RunView, turn: TurnView) -> list[RenderableType]:
        """The checks of a turn, in one line for each version, and the evidence of those that failed."""
        by_version: dict[str, list[CheckResult]] = {}
        for check in turn.checks:
            result = CheckResult.model_validate(check["result"])
            by_version.setdefault(check["artifact_hash"], []).append(result)
        numbers = {v.data["artifact_hash"]: v.data["version"] for t in run.turns.values() for v in t.versions}
        lines: list[RenderableType] = []
        for artifact_hash, results in by_version.items():
            if len(by_version) > 1:
                lines.append(safe(f"Version {numbers.get(artifact_hash, artifact_hash[:8])}", "bold"))
            lines += check_lines(results)
        return lines

    def note(self, message: str) -> Text:
        """Something worth knowing."""
        return safe(f"· {message}", "dim")

    def gate(self, gate: GateFacts) -> RenderableType:
        """What there is to decide about."""
        title, colour = gate.verdict_words
        parts: list[RenderableType] = [safe(f"Version {gate.version} is {title}.", f"bold {colour}")]
        parts += check_lines(gate.results)
        parts.append(_files(gate.files))
        return self._card("Your decision", parts, colour)

    def result(self, run: RunView, finished: Event) -> RenderableType:
        """How the run ended."""
        data = finished.data
        title, colour = _ending(data)
        parts: list[RenderableType] = []
        if error := data.get("error"):
            parts += [safe(str(error["message"])), safe(str(error["hint"]), "dim")]
        if files := GateFacts.of(run, data.get("artifact_hash")).files:
            parts.append(Text(f"Version {data.get('version', 0)}: ").append_text(_files(files)))
        if usage := data.get("usage"):
            parts.append(safe(f"{Speed.of([usage]).tokens} · {_seconds(data.get('seconds', 0))}", "dim"))
        return self._card(title, parts, colour)

    def usage(self, turn: TurnView) -> Text | None:
        """Tokens and speed; None where no model was called."""
        if not turn.usage:
            return None
        speed = Speed.of(turn.usage)
        words = [speed.tokens, *([_seconds(turn.seconds)] if turn.seconds else []), *speed.rate]
        return safe(" · ".join(words), "dim")

    def in_order(
        self, run: RunView, turn: TurnView, message: list[RenderableType], notes: list[RenderableType]
    ) -> list[RenderableType]:
        """Message, notes and chips: quality_checker's facts stand before its opinion."""
        facts = [*notes, *self.chips(run, turn)]
        return [*facts, *message] if turn.agent == "quality_checker" else [*message, *facts]

    def _told(self, run: RunView, turn: TurnView) -> Iterator[RenderableType]:
        yield from self.in_order(
            run, turn, self._message(run, turn), [self.note(note) for note in turn.notes]
        )
        for version in turn.versions:
            yield _version(version, turn)
        if usage := self.usage(turn):
            yield usage

    def _message(self, run: RunView, turn: TurnView) -> list[RenderableType]:
        if spoke_by_itself(run, turn):  # it repeats the evidence shown above
            return [clipped(turn.text, _REPEATED_LINES, "dim")]
        head, _, rest = turn.text.partition("\n")
        if turn.checks and head.startswith("Checks: "):  # the chips say it
            return self.body(rest)
        return self.body(turn.text)

    def _indented(self, part: RenderableType) -> RenderableType:
        # A padded line is filled up with blanks, which a file of plain lines should not hold.
        return part if self._plain else Padding(part, (0, 0, 0, _INDENT))

    def _card(self, title: str, parts: Sequence[RenderableType], colour: str) -> RenderableType:
        if self._plain:
            return Group(Text(f"== {title} =="), *parts)
        return Panel(
            Group(*parts),
            title=Text(title, f"bold {colour}"),
            title_align="left",
            border_style=colour,
            box=box.ROUNDED,
            padding=(0, 1),
        )


class _Flow:
    """Pieces side by side, in as many lines as they need; none is broken in two."""

    def __init__(self, pieces: Sequence[Text]) -> None:
        self._pieces = pieces

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for piece in self._pieces:
            full = line.cell_len + len(_GAP) + piece.cell_len > options.max_width
            if line and full and not options.no_wrap:
                yield line
                line = Text()
            line = Text(_GAP).join([line, piece]) if line else piece
        yield line


def check_lines(results: Sequence[CheckResult]) -> list[RenderableType]:
    """Chips in one line; below them why a check failed."""
    if not results:
        return []
    failed = [r for r in results if r.status is CheckStatus.FAIL and r.evidence]
    chips = _Flow([_chip(result) for result in results])
    return [chips, *(clipped(r.evidence, _EVIDENCE_LINES, "red", bar="│ ") for r in failed)]


def clipped(text: str, lines: int, style: str, bar: str = "") -> Text:
    """The first lines of a text, and how many were left out."""
    all_lines = safe_text(text).strip("\n").split("\n")
    shown = all_lines[:lines]
    if len(all_lines) > lines:
        shown.append(f"… {_count(len(all_lines) - lines, 'more line')}")
    return Text("\n".join(bar + line for line in shown), style)


def _chip(result: CheckResult) -> Text:
    mark, colour = _CHIPS[result.status]
    if result.status is CheckStatus.FAIL and not result.required:
        colour = "yellow"
    count = f" {result.passed}/{result.executed}" if result.executed else ""
    why = f" ({result.reason})" if result.reason else ""
    return safe(f"{mark} {safe_line(result.name)}{count}{safe_line(why) and why}", colour)


def _version(event: Event, turn: TurnView) -> Text:
    kept = event.type is EventType.ARTIFACT_PROPOSED
    reason = str(event.data.get("reason") or "")
    message = event.message.replace(f" ({reason})", "") if reason in turn.text else event.message
    return safe(f"{'+' if kept else '-'} {message}", "green" if kept else "yellow")


def _files(files: Sequence[dict[str, Any]]) -> Text:
    return safe(", ".join(f"{safe_line(f['path'])} ({_size(f['bytes'])})" for f in files))


def _ending(data: dict[str, Any]) -> tuple[str, str]:
    """Words and colour for how a run ended."""
    status = data.get("status", "")
    if status != "approved":
        words = {"budget": "Stopped at a bound of the run", "rejected": "Rejected", "cancelled": "Cancelled"}
        return words.get(status, "Failed"), "red" if status == "failed" else "yellow"
    if data.get("verdict") == "verified":
        return "Approved and verified", "green"
    return "Approved, but not verified", "yellow"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _seconds(seconds: float | None) -> str:
    whole = seconds or 0
    return f"{whole:.1f} s" if whole < 60 else f"{int(whole // 60)} min {int(whole % 60)} s"


def _size(count: int) -> str:
    return f"{count} bytes" if count < 1000 else f"{count / 1000:.1f} kB"
