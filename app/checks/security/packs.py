"""Rule packs: YAML files with all there is to a rule, its examples included, so that tests can run them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from app.checks.security.kinds import CODE, Kind
from app.domain.findings import Level, Severity
from app.errors import AppError, ErrorKind

T = TypeVar("T")
PACKS: Final = Path(__file__).with_name("packs")
CUT: Final = "¦"
Engine = Literal["yara", "guarddog", "ast-grep", "bandit", "secrets", "regex"]
GROUPS: Final[dict[str, tuple[Kind, ...]]] = {
    "code": CODE,
    "commands": ("shell", "build"),
    "runs": (*CODE, "shell", "build"),
    "any": (*CODE, "shell", "build", "data", "other"),
}
SEVERITIES: Final = {
    Level.BLOCK: Severity.BLOCKER,
    Level.ASK: Severity.MAJOR,
    Level.BADGE: Severity.INFO,
    Level.OK: Severity.INFO,
}


def _kinds(names: Any) -> Any:
    """Kinds with the names of groups of them replaced by the kinds themselves."""
    given: list[str] = [names] if isinstance(names, str) else list(names)
    return frozenset(kind for name in given for kind in GROUPS.get(name, (name,)))


def _joined(examples: dict[str, str]) -> dict[str, str]:
    """Examples without CUT, which keeps a made-up key from being taken for a real one where it stands."""
    return {name: code.replace(CUT, "") for name, code in examples.items()}


Examples = Annotated[dict[str, str], AfterValidator(_joined)]


class Rule(BaseModel):
    """One rule.

    languages: kinds of files, or `code`, `commands`, `runs` or `any` for several at once.
    bad / good: code by file name that the rule must, or must not, find something in.
    when: a regular expression that must be found in the text before the body is tried.
    body: what the engine understands: the text of a yara rule, an ast-grep rule, a regular expression, or the
    name that the engine itself has for the rule.
    capability: what the badge says that the code can do, e.g. `network`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    cwe: str = ""
    level: Level
    severity: Severity
    languages: Annotated[frozenset[Kind], BeforeValidator(_kinds)]
    message: str
    fix: str
    bad: Examples
    good: Examples
    body: Any
    when: str = ""
    capability: str = ""


class Pack(BaseModel):
    """One file of rules. helpers: yara rules that other yara rules refer to and that report nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Engine
    helpers: str = ""
    rules: tuple[Rule, ...] = ()


class Canary(BaseModel):
    """A file in which `engine` must find `rule`, else nothing it says can be relied on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str
    path: str
    rule: str
    code: Annotated[str, AfterValidator(lambda code: code.replace(CUT, ""))]


@dataclass(frozen=True)
class Library:
    """All packs of a folder. digest: changes with any byte of them."""

    packs: tuple[Pack, ...]
    canaries: tuple[Canary, ...]
    digest: str
    rules: dict[str, Rule] = field(init=False)

    def __post_init__(self) -> None:
        rules = [rule for pack in self.packs for rule in pack.rules]
        object.__setattr__(self, "rules", {rule.id: rule for rule in rules})
        if len(self.rules) != len(rules):
            twice = {r.id for r in rules if sum(r.id == other.id for other in rules) > 1}
            raise AppError(ErrorKind.CONFIG, f"Rules have the same id: {', '.join(sorted(twice))}.")

    def of(self, engine: Engine) -> tuple[Rule, ...]:
        """The rules of one engine."""
        return tuple(rule for pack in self.packs if pack.engine == engine for rule in pack.rules)

    def helpers(self, engine: Engine) -> str:
        return "\n".join(pack.helpers for pack in self.packs if pack.engine == engine)


def read_library(folder: Path = PACKS) -> Library:
    """Read all packs. Raises AppError(config) naming the file and the field."""
    files = sorted(folder.glob("*.yaml"))
    canaries = folder / "canaries.yaml"
    return Library(
        packs=tuple(_pack(path) for path in files if path != canaries),
        canaries=_valid(TypeAdapter(tuple[Canary, ...]), _read(canaries)["canaries"], canaries),
        digest=digest_of(files),
    )


def digest_of(files: Iterable[Path]) -> str:
    """SHA-256 over names and bytes, as hex."""
    total = hashlib.sha256()
    for path in files:
        data = path.read_bytes()
        total.update(f"{path.name} {len(data)}\n".encode() + data)
    return total.hexdigest()


def _pack(path: Path) -> Pack:
    return _valid(TypeAdapter(Pack), _read(path), path)


def _read(path: Path) -> Any:
    # The C parser reads the packs in a tenth of the time; every wheel of PyYAML has it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both load plain data alone
    except (OSError, yaml.YAMLError) as error:
        raise AppError(ErrorKind.CONFIG, f"{path.name} cannot be read: {error}", "Install again.") from error


def _valid(adapter: TypeAdapter[T], data: object, path: Path) -> T:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise AppError(ErrorKind.CONFIG, f"{path.name}: {where}: {first['msg']}.") from error
