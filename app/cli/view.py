"""The live view: folds events as they come, prints what is complete, and shows the speaking agent moving."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from app.cli.facts import GateFacts
from app.cli.paint import COLOURS, Painter
from app.cli.terminal import Terminal, safe
from app.domain.events import Event, EventType
from app.domain.projection import RunView, TurnView, apply, fold

_FRAMES_A_SECOND: Final = 8
_MOVING_LINES: Final = 16
_LINES_AROUND: Final = 4  # heading, status, and room for the cursor
# Roughly what a token of source code is long; only the moving figure uses it, the final one is counted.
_CHARACTERS_A_TOKEN: Final = 3.5


class Sink(Protocol):
    """Who is shown a run's events, in order."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def prime(self, events: Iterable[Event]) -> None:
        """Take what was told before without showing it."""
        ...

    def feed(self, event: Event) -> None:
        """Show one more event."""
        ...

    def at_gate(self, run_id: str) -> None:
        """Show what there is to decide; all events of the run were fed or primed."""
        ...


class View:
    """Shows runs on a terminal. Entered, it shows the speaking agent moving, where the terminal can."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._painter = Painter(plain=terminal.plain)
        self._runs: dict[str, RunView] = {}
        self._told: TurnView | None = None
        self._moving = _Moving(self._painter)
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if not self._terminal.plain:
            self._live = Live(
                self._moving,
                console=self._terminal.console,
                refresh_per_second=_FRAMES_A_SECOND,
                transient=True,
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._moving.run = None
        if self._live is not None:
            self._live.stop()
            self._live = None

    def prime(self, events: Iterable[Event]) -> None:
        """See `Sink`."""
        for event in events:
            apply(self._runs.setdefault(event.run_id, RunView(event.run_id)), event)

    def feed(self, event: Event) -> None:
        """See `Sink`."""
        run = self._runs.setdefault(event.run_id, RunView(event.run_id))
        if not (event.type is EventType.NOTE and event.turn is not None):
            self._print_told(run)
        apply(run, event)
        self._moving.watch(run, event)
        match event.type:
            case EventType.RUN_CREATED:
                self._print(self._painter.opening(run))
            case EventType.TURN_STARTED if self._terminal.plain:
                self._print(self._painter.heading(run, run.turns[event.turn or 0]))
            case EventType.TURN_FINISHED:
                self._told = run.turns.get(event.turn or 0)
            case EventType.RUN_FINISHED:
                self._print(self._painter.result(run, event))
            case EventType.NOTE | EventType.MODEL_SWITCHED if event.turn is None:
                self._print(self._painter.note(event.message))
            case _:
                pass

    def at_gate(self, run_id: str) -> None:
        """See `Sink`."""
        self._print_gate(self._runs[run_id])

    def replay(self, events: Sequence[Event]) -> None:
        """Print what counts of a whole session: no dropped attempts, no rewound turns."""
        for run in fold(events).values():
            self._print(self._painter.opening(run))
            pieces: list[tuple[int, RenderableType]] = [
                (turn.started.seq, self._painter.turn(run, turn))
                for turn in run.turns.values()
                if turn.seconds is not None
            ]
            pieces += [(note.seq, self._painter.note(note.message)) for note in run.notes]
            for _, piece in sorted(pieces, key=lambda p: p[0]):
                self._print(piece)
            self._print_gate(run)
            if run.finished is not None:
                self._print(self._painter.result(run, run.finished))

    def _print_told(self, run: RunView) -> None:
        """Print the finished turn, now that all notes about it have come."""
        turn, self._told = self._told, None
        if turn is not None:
            self._print(self._painter.turn(run, turn, headed=self._terminal.plain))

    def _print_gate(self, run: RunView) -> None:
        if run.gate is not None:
            self._print(self._painter.gate(GateFacts.of(run, run.gate.data["artifact_hash"])))

    def _print(self, what: RenderableType) -> None:
        self._terminal.console.print(what)


class _Moving:
    """The turn in progress, drawn anew several times a second from what was folded so far."""

    def __init__(self, painter: Painter) -> None:
        self.run: RunView | None = None
        self._painter = painter
        self._turn: TurnView | None = None
        self._since = self._first = 0.0
        self._spinner = Spinner("dots")

    def watch(self, run: RunView, event: Event) -> None:
        """Take note of an event that was just folded into `run`."""
        self.run = None if event.type in (EventType.GATE_OPENED, EventType.RUN_FINISHED) else run
        if event.type is EventType.TURN_STARTED:
            self._turn = run.turns.get(event.turn or 0)
            self._since, self._first = time.monotonic(), 0.0
        elif event.type is EventType.TURN_FINISHED:
            self._turn = None
        elif event.type in (EventType.MESSAGE_DELTA, EventType.REASONING_DELTA) and not self._first:
            self._first = time.monotonic()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        run, turn = self.run, self._turn
        if run is None:
            return
        if turn is None:
            yield self._status("getting ready", "dim")
            return
        yield self._painter.heading(run, turn)
        yield from self._tail(run, turn, console, options)
        yield self._status(self._doing(turn), COLOURS.get(turn.agent, "cyan"))

    def _tail(self, run: RunView, turn: TurnView, console: Console, options: ConsoleOptions) -> RenderResult:
        """The last lines of what is being said."""
        thinking = [safe(turn.reasoning, "dim italic")] if turn.reasoning and not turn.text else []
        parts = self._painter.in_order(run, turn, [*thinking, *self._painter.body(turn.text)], [])
        room = max(min(_MOVING_LINES, options.size.height - _LINES_AROUND), 1)
        lines = [
            line for part in parts for line in console.render_lines(Padding(part, (0, 0, 0, 2)), options)
        ]
        for line in lines[-room:]:
            yield Segments([*line, Segment.line()])

    def _doing(self, turn: TurnView) -> str:
        now = time.monotonic()
        elapsed = f"{now - self._since:.0f} s"
        if not self._first:
            return f"reading · {elapsed}" if not turn.checks else f"checking · {elapsed}"
        length = len(turn.text) + len(turn.reasoning)
        rate = length / _CHARACTERS_A_TOKEN / max(now - self._first, 0.5)
        verb = "writing" if turn.text else "thinking"
        return f"{verb} · {elapsed} · ≈ {rate:.0f} tokens/s"

    def _status(self, text: str, style: str) -> RenderableType:
        grid = Table.grid(padding=(0, 1))
        grid.add_row("", self._spinner, Text(text, style))
        return grid
