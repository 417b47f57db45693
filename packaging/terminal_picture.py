"""Makes docs/images/terminal.svg, the README's picture, from a real run of the scripted demonstration.

python packaging/terminal_picture.py [TARGET]
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from rich.console import Console  # noqa: E402

from app.bootstrap import Assembly, assemble  # noqa: E402
from app.cli.take import all_events  # noqa: E402
from app.cli.terminal import Terminal  # noqa: E402
from app.cli.view import View  # noqa: E402
from app.domain.decisions import DecisionKind  # noqa: E402
from app.domain.events import Event  # noqa: E402
from app.domain.runs import RunRequest  # noqa: E402

WIDTH = 96
REQUEST = RunRequest(
    requirements="Write a Python function merge(intervals) that merges overlapping intervals",
    examples=("merge([[1,3],[2,6],[8,10],[15,18]]) == [[1,6],[8,10],[15,18]]",),
    provider="scripted",
    model="demo",
)


def told() -> list[Event]:
    """The events of the demonstration, run in a data folder of its own and approved."""
    with tempfile.TemporaryDirectory() as home, ExitStack() as made:
        database = f"sqlite:///{home}/roundtable.db"
        assembly = assemble({"home": home, "database_url": database}, made)
        session_id = _approved(assembly)
        return all_events(assembly.service, session_id)


def _approved(assembly: Assembly) -> str:
    service = assembly.service
    run = service.start_run(REQUEST)
    service.advance(run.id)
    gate = service.store.open_gate(run.id)
    if gate is None:
        raise SystemExit("the demonstration did not reach its gate")
    service.decide(gate.id, gate.artifact_hash, DecisionKind.APPROVE)
    service.advance(run.id)
    return run.session_id


def picture(events: list[Event]) -> str:
    """The replay as SVG. Without rich's own font faces, which would be fetched from a foreign server."""
    terminal = Terminal()
    terminal.plain = False
    terminal.console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, markup=False, highlight=False
    )
    View(terminal).replay(events)
    svg = terminal.console.export_svg(title="Roundtable")
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images" / "terminal.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(picture(told()), encoding="utf-8")
    print(target)
