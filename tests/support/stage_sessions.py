"""The sessions in which the page shows each of its states: what is asked, and what the agents then say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

ROOT: Final = Path(__file__).parents[2]
_DEMO: Final = ROOT / "config" / "scripts" / "demo.yaml"
_WRONG: Final = """\
```python median.py
def median(values):
    values = sorted(values)
    return values[len(values) // 2]
```

The middle one of the sorted values.
"""
_SHELL: Final = """\
```python backup.py
\"\"\"Copies a folder to a place for backups.\"\"\"

import os
import subprocess


def target(folder, day):
    return f"{folder}-{day}"


def backup(folder, day):
    subprocess.call(f"cp -r {folder} {target(folder, day)}", shell=True)
    os.system(f"ls -l {target(folder, day)}")
```
"""
_RIGHT_TO_LEFT: Final = """\
```python greet.py
# \u05d4\u05e4\u05d5\u05e0\u05e7\u05e6\u05d9\u05d4 \u05de\u05d7\u05d6\u05d9\u05e8\u05d4
# \u062a\u0631\u062c\u0639 \u0627\u0644\u062f\u0627\u0644\u0629 \u062a\u062d\u064a\u0629 (greet)
def greet(name):
    access = "user\u202e # only admins\u2066"
    return f"\u05e9\u05dc\u05d5\u05dd, {name}" if access else ""
```

\u05d4\u05d5\u05d3\u05e2\u05d4 \u05d1\u05e2\u05d1\u05e8\u05d9\u05ea, then English: `greet("Ada")`.
"""
_LINKS: Final = """\
```python add.py
def add(a, b):
    return a + b
```

See [the tutorial](https://docs.python.org/3/tutorial/floatingpoint.html),
[a page that is none](https://\u0430pple.com/login) and [another](http://docs.python.org@example.invalid/).
"""
_LONG_NAME: Final = "adapters_for_invoices_of_suppliers_outside_of_the_european_union"
_LONG_NAMES: Final = f"""\
```python packages/{_LONG_NAME}/converters/{_LONG_NAME}_to_canonical_form.py
def {_LONG_NAME}_to_canonical_form(value):
    return value
```

```python packages/{_LONG_NAME}/__init__.py
```

```python main.py
from packages.{_LONG_NAME}.converters import {_LONG_NAME}_to_canonical_form
```

Donaudampfschifffahrtselektrizit\u00e4tenhauptbetriebswerkbauunterbeamtengesellschaft{"_without_a_break" * 8}
"""


def _table() -> str:
    rows = "\n".join(f'    "unit_{n}": {n * 2.54:.2f},  # factor {n}, to centimetres' for n in range(1, 401))
    return (
        f"```python units.py\nFACTORS = {{\n{rows}\n}}\n\n\ndef convert(value, unit):\n"
        f"    return value * FACTORS[unit]  # {'a comment that goes on ' * 12}\n```\nAll of them.\n"
    )


@dataclass(frozen=True)
class Told:
    """A session. agents: rounds by agent, as in a script; speed: tokens a second, 0 for all at once.

    until: the status that its run comes to.
    """

    requirements: str
    agents: Mapping[str, object]
    examples: tuple[str, ...] = ()
    rounds: int = 1
    speed: float = 0
    until: str = "waiting"
    more: Mapping[str, object] = field(default_factory=dict)


_MERGE: Final = Told(
    "Write a Python function merge(intervals) that merges overlapping intervals.",
    yaml.safe_load(_DEMO.read_text(encoding="utf-8"))["agents"],
    (
        "merge([[1, 3], [2, 6], [8, 10], [15, 18]]) == [[1, 6], [8, 10], [15, 18]]",
        "merge([[1, 4], [4, 5]]) == [[1, 5]]",
    ),
    rounds=3,
)
SESSIONS: Final[dict[str, Told]] = {
    "merge": _MERGE,
    "approved": _MERGE,
    "wrong": Told(
        "Write median(values), the median of a list of numbers; of an even number the mean of two.",
        {"code_generator": [_WRONG]},
        ("median([3, 1, 2]) == 2", "median([1, 2, 3, 4]) == 2.5", "median([5]) == 5"),
    ),
    "asked": Told(
        "Write backup(folder, day), which copies a folder, and target(folder, day), the name of the copy.",
        {"code_generator": [_SHELL]},
        ("target('docs', 'mon') == 'docs-mon'",),
    ),
    "long": Told(
        "Write convert(value, unit) for four hundred units of length.",
        {"code_generator": [_table()]},
        ("convert(1, 'unit_1') == 2.54",),
    ),
    "names": Told(
        f"Write {_LONG_NAME}_to_canonical_form, {'which has a title that does not come to its end ' * 3}.",
        {"code_generator": [_LONG_NAMES]},
    ),
    "right_to_left": Told(
        "Write greet(name) with comments in Hebrew and Arabic.",
        {"code_generator": [_RIGHT_TO_LEFT]},
        ("greet('A')[-1] == 'A'",),
    ),
    "fault": Told("Write add(a, b).", {"code_generator": [{"text": "", "fault": "quota"}]}, until="failed"),
    "links": Told(
        "Write add(a, b) and say where the rules of rounding are told.",
        {"code_generator": [_LINKS]},
        ("add(1, 2) == 3",),
    ),
    "streaming": Told(
        "Write parse(text) for a configuration file with sections.",
        {
            "code_generator": [
                {
                    "text": _table(),
                    "tokens_per_second": 40,
                    "reasoning": "A section begins with a bracket. " * 6,
                }
            ]
        },
        until="running",
    ),
}
