"""Events as JSON, one a line, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from app.cli.view import View
from app.domain.events import Event


def print_json(value: object) -> None:
    """One JSON value on one line, at once. ASCII, so that it can steer no terminal and fits any encoding."""
    print(json.dumps(value), flush=True)


class JsonSink:
    """Shows events as their envelopes, and gates to people; see `app.cli.view.Sink`.

    people: a view that writes elsewhere than to standard output.
    """

    def __init__(self, people: View) -> None:
        self._people = people

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held."""

    def prime(self, events: Iterable[Event]) -> None:
        """What was told before is not repeated."""
        self._people.prime(events)

    def feed(self, event: Event) -> None:
        """See `Sink`."""
        self.prime([event])
        print_json(event.envelope())

    def at_gate(self, run_id: str) -> None:
        """See `Sink`."""
        self._people.at_gate(run_id)
