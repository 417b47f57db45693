"""Changes of the user's own layer of settings, as the page makes them."""

from __future__ import annotations

import stat
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.errors import AppError, ErrorKind
from app.settings.fields import (
    MAX_INSTRUCTION,
    SettingField,
    SettingValue,
    setting_fields,
    strongest,
    value_of,
)
from app.settings.live import LiveSettings
from app.settings.places import PROMPTS_DIR
from app.settings.problems import SettingError, suggestion
from app.settings.yaml_edit import Scalar, with_value, without
from app.settings.yaml_files import read_text
from app.whole_file import OWNER_ONLY, write_whole


class RefusedError(AppError):
    """A change that is not made. key: the setting, dotted."""

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(ErrorKind.INVALID_REQUEST, message, hint)
        self.key = key


class SettingsEditor:
    """Reads and changes the settings of `setting_fields`. Thread-safe within this process.

    Values go into the YAML files of the user's config folder, instructions into its `prompts`. Everything
    is checked before anything is written, and each file is replaced as a whole.
    """

    def __init__(self, live: LiveSettings) -> None:
        self.live = live
        self._lock = threading.Lock()

    def values(self) -> list[SettingValue]:
        """All of them as they count now."""
        return [self._value(field) for field in setting_fields().values()]

    def change(self, values: Mapping[str, Scalar], reset: Sequence[str] = ()) -> None:
        """Set some, and let others be the program's own again; they count from the next run on.

        Raises RefusedError for a setting that does not exist, a value out of bounds, or one that the
        environment or the command line sets; AppError(config) where a file cannot be read or written.
        """
        fields = {key: self._field(key) for key in (*values, *reset)}
        texts = [(f, values[k]) for k, f in fields.items() if f.agent and k not in reset]
        with self._lock:
            prompts = {self._prompt(f): _instruction(f, text) for f, text in texts}
            drafts = self._drafts(fields, values, reset)
            self._check(drafts, values)
            for path, text in {**prompts, **drafts}.items():
                _write(path, text)
            for key in reset:
                if fields[key].agent:
                    _delete(self._prompt(fields[key]))
        self.live.refresh()

    def _value(self, field: SettingField) -> SettingValue:
        found = value_of(field, self.live.current, self.live.layers)
        own = self._prompt(field)
        if not field.agent:
            return found
        default = (PROMPTS_DIR / own.name).read_text(encoding="utf-8").strip()
        if found.layer == "program" and own.is_file():
            return SettingValue(field, found.value, default, "user", str(own))
        return SettingValue(field, found.value, default, found.layer, found.source)

    def _prompt(self, field: SettingField) -> Path:
        return self.live.folder / "prompts" / f"{field.agent}.md"

    def _field(self, key: str) -> SettingField:
        field = setting_fields().get(key)
        if field is None:
            raise RefusedError(key, f"{key}: there is no such setting.", suggestion(key, setting_fields()))
        above = strongest(field, self.live.layers)
        if above is not None and above.kind in ("environment", "command_line"):
            raise RefusedError(key, f"{key}: {above.name} sets it, and wins over files.", "Change it there.")
        return field

    def _drafts(
        self, fields: Mapping[str, SettingField], values: Mapping[str, Scalar], reset: Sequence[str]
    ) -> dict[Path, str]:
        """The new texts of the files that change."""
        before: dict[Path, str] = {}
        after: dict[Path, str] = {}
        for key, field in fields.items():
            path = self.live.folder / field.file
            if path not in before:
                before[path] = after[path] = read_text(path) if path.is_file() else ""
            drop = key in reset or field.agent
            change = without(path, after[path], field.own_path) if drop else None
            after[path] = (
                with_value(path, after[path], field.own_path, values[key]) if change is None else change
            )
        return {path: text for path, text in after.items() if text != before[path]}

    def _check(self, drafts: Mapping[Path, str], values: Mapping[str, Scalar]) -> None:
        try:
            self.live.check(drafts)
        except SettingError as error:
            full = f"{error.key}.{error.problem}"
            for key in values:
                if error.key == key or full.startswith(f"{key}:"):
                    problem = full.removeprefix(f"{key}:").strip() if error.key != key else error.problem
                    raise RefusedError(key, f"{key}: {problem}.", error.hint) from error
            raise


def _instruction(field: SettingField, value: Scalar) -> str:
    """The text as it is written. code_generator has nothing but its model, so it always has to have one."""
    if not isinstance(value, str):
        raise RefusedError(field.key, f"{field.key}: must be a text.")
    if len(value) > MAX_INSTRUCTION:
        raise RefusedError(field.key, f"{field.key}: must have at most {MAX_INSTRUCTION} characters.")
    if not value.strip() and field.agent == "code_generator":
        raise RefusedError(field.key, f"{field.key}: must not be empty.", "Reset it for the program's own.")
    return value.strip() + "\n"


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole: who reads it meanwhile, or a crash, finds the old one or the new one."""
    target = path.resolve()  # a link stays one
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.is_file() else OWNER_ONLY
        write_whole(target, text, mode=mode)
    except OSError as error:
        raise AppError(
            ErrorKind.CONFIG, f"{path} cannot be written: {error.strerror}.", "Make room for it, or writable."
        ) from error


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise AppError(
            ErrorKind.CONFIG, f"{path} cannot be deleted: {error.strerror}.", "Delete it by hand."
        ) from error
