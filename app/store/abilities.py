"""What models were seen to be able to do on this machine, kept in a small file over the runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.whole_file import write_whole

KEPT: Final = 200  # models; the file stays small


class Ability(BaseModel):
    """Counts of one model. firsts: first versions that were executed; firsts_passed: of these, without a
    failure. repairs: rounds in which it was shown a failure; repairs_won: after which nothing failed.
    """

    model_config = ConfigDict(frozen=True)

    firsts: int = 0
    firsts_passed: int = 0
    repairs: int = 0
    repairs_won: int = 0


_TABLE: Final = TypeAdapter(dict[str, Ability])


class Abilities:
    """The file with the counts. Thread-safe and safe between processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path.with_suffix(".lock"))

    def of(self, model: str) -> Ability:
        """The counts of a model, "provider:model"; zeros where it was never seen."""
        return self._read().get(model, Ability())

    def first(self, model: str, *, passed: bool) -> None:
        """A first version was executed."""
        self._add(model, firsts=1, firsts_passed=int(passed))

    def repair(self, model: str, *, won: bool) -> None:
        """A round in which the model was shown what failed is over."""
        self._add(model, repairs=1, repairs_won=int(won))

    def _add(self, model: str, **counts: int) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            table = self._read()
            before = table.pop(model, Ability()).model_dump()
            table[model] = Ability(**{key: value + counts.get(key, 0) for key, value in before.items()})
            kept = dict(list(table.items())[-KEPT:])
            write_whole(self._path, json.dumps(_TABLE.dump_python(kept), indent=1))

    def _read(self) -> dict[str, Ability]:
        """The table; a damaged file is as good as none, since it only saves guessing."""
        try:
            return _TABLE.validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return {}
