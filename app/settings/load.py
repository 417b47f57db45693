"""Put the layers together and validate them once."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from app.errors import AppError, ErrorKind
from app.settings.environment import environment_layers, read_environment
from app.settings.layers import Layer, LayerKind, Tree, merged, nested
from app.settings.places import CONFIG_DIR, PROMPTS_DIR, data_folder, user_config_folder
from app.settings.problems import as_app_error, suggestion
from app.settings.schema import Settings
from app.settings.yaml_files import parse_yaml, read_text

FILES: Final[dict[str, tuple[str, ...]]] = {
    "app.yaml": (),
    "models.yaml": ("models",),
    "agents.yaml": ("agents",),
}
_NONE: Final[Mapping[str, object]] = {}
_NO_DRAFTS: Final[Mapping[Path, str]] = {}


@dataclass(frozen=True)
class Loaded:
    """The settings, and the layers that they come from, the weakest first."""

    settings: Settings
    layers: tuple[Layer, ...]


def load_settings(
    overrides: Mapping[str, object] = _NONE,
    *,
    environment: Mapping[str, str] | None = None,
    config_dir: Path = CONFIG_DIR,
) -> Settings:
    """All settings. Later layers win: `config_dir`, the user's config folder, environment, `overrides`.

    overrides: by dotted key, e.g. {"run.max_tokens": 50_000}; a value of None is passed over.
    environment: instead of the process's variables and `.env`.
    Raises AppError(config) naming the source, the key, what is wrong and the nearest valid key.
    """
    environment = read_environment() if environment is None else environment
    return load_layers(overrides, environment=environment, config_dir=config_dir).settings


def load_layers(
    overrides: Mapping[str, object],
    *,
    environment: Mapping[str, str],
    config_dir: Path,
    drafts: Mapping[Path, str] = _NO_DRAFTS,
) -> Loaded:
    """As `load_settings`. drafts: texts that count in place of what these files hold.

    Raises AppError(config); where a value cannot be used, it is a SettingError.
    """
    user_dir = user_config_folder(environment)
    layers = [_defaults(environment), *_program_layers(config_dir), *_user_layers(user_dir, drafts)]
    layers += environment_layers(environment)
    given = {key: value for key, value in overrides.items() if value is not None}
    layers += [Layer("the command line", nested(k, v), kind="command_line") for k, v in given.items()]
    tree = merged(layers)
    _read_instructions(tree, (user_dir / "prompts", PROMPTS_DIR), layers)
    try:
        return Loaded(Settings.model_validate(tree), tuple(layers))
    except ValidationError as error:
        raise as_app_error(error, Settings, layers) from error


def _defaults(environment: Mapping[str, str]) -> Layer:
    home = data_folder(environment)
    return Layer(
        "the program's defaults", {"home": home, "database_url": f"sqlite:///{home / 'roundtable.db'}"}
    )


def _program_layers(config_dir: Path) -> list[Layer]:
    """The program's files must be there."""
    return [_file_layer(config_dir / name, read_text(config_dir / name), "program") for name in FILES]


def _user_layers(user_dir: Path, drafts: Mapping[Path, str]) -> list[Layer]:
    """The user's files may be there."""
    paths = [user_dir / name for name in FILES]
    texts = {path: read_text(path) for path in paths if path not in drafts and path.is_file()}
    return [_file_layer(path, text, "user") for path, text in {**texts, **drafts}.items()]


def _file_layer(path: Path, text: str, kind: LayerKind) -> Layer:
    root, tree = FILES[path.name], parse_yaml(text, path)
    for key in reversed(root):
        tree = {key: tree}
    return Layer(str(path), tree, root, kind, text)


def _read_instructions(tree: Tree, folders: tuple[Path, ...], layers: list[Layer]) -> None:
    """Replace the name of an instruction's file (`*.md`) by its text; anything else is the text itself."""
    top = Layer("", tree)
    for name in top.keys_at(("agents",)):
        if "instruction" not in top.keys_at(("agents", name, "config")):
            continue
        # `merged` shares unchanged mappings with the layers, so the tree gets a copy of its own.
        agent = copy.deepcopy(tree["agents"][name])
        value = agent["config"]["instruction"]
        if isinstance(value, str) and value.endswith(".md"):
            source = next(s for s in reversed(layers) if s.holds(("agents", name, "config", "instruction")))
            agent["config"]["instruction"] = _instruction(
                value, folders, f"{source.name}: {name}.config.instruction"
            )
            tree["agents"][name] = agent


def _instruction(file: str, folders: tuple[Path, ...], where: str) -> str:
    for folder in folders:
        if Path(file).name == file and (folder / file).is_file():
            return (folder / file).read_text(encoding="utf-8").strip()
    there = [path.name for folder in folders for path in folder.glob("*.md")]
    raise AppError(ErrorKind.CONFIG, f"{where}: there is no file {file}", suggestion(file, there))
