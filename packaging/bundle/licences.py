"""The licences of all that is in a bundle, as one text: `python packaging/bundle/licences.py --made FOLDER`.

It runs in the environment that the bundle was made in, and writes THIRD_PARTY.txt into the folder that has
the list of binaries. Of each Python package and of each library of the page it has the texts that these bring
along, or that lie in `texts` here where they bring none; that of Python itself; and of each library of the
system that PyInstaller took along the copyright file that Debian keeps for it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Final

from contents import LOCKS, ROOT, distributions

TEXTS: Final = Path(__file__).with_name("texts")
# Texts of these names are of packages of other names: of what is inside of them, and of what many have. Qt's
# licence adds to that of its second text.
OTHERS: Final = {
    "xllamacpp": ("llama.cpp",),
    **dict.fromkeys(
        ("PySide6_Addons", "PySide6_Essentials", "PySide6_WebEngine", "shiboken6"), ("LGPL-3.0", "GPL-3.0")
    ),
}
LICENCE: Final = re.compile(r"licen[cs]e|copying|copyright|notice", re.IGNORECASE)
SHORT: Final = 80  # characters of a package's word for its licence; some put the whole text there
_RULE: Final = "=" * 100
_DEBIAN_DOCS: Final = Path("/usr/share/doc")


@dataclass(frozen=True)
class Part:
    """terms: the licence's name, as the part's own metadata say it; empty where they say nothing."""

    name: str
    version: str
    terms: str
    texts: tuple[str, ...]


def packages(names: Iterable[str]) -> Iterator[Part]:
    """Of installed Python packages."""
    for name in names:
        found = distribution(name)
        kept = (TEXTS / f"{each}.txt" for each in (found.name, *OTHERS.get(found.name, ())))
        texts = (*_texts(found), *(_read(path) for path in kept if path.is_file()))
        yield Part(found.name, found.version, _terms(found), texts)


def of_page(vendor: Path) -> Iterator[Part]:
    """Of the page's libraries, as set-up has collected them."""
    for folder in sorted({path.parent for path in (vendor / "licences").rglob("*") if path.is_file()}):
        name = folder.relative_to(vendor / "licences").as_posix()
        yield Part(name, "", "", tuple(_read(path) for path in sorted(folder.iterdir())))


def of_python() -> Part:
    """Of the Python that is running."""
    own = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    texts = (_read(own),) if own.is_file() else (str(sys.copyright),)
    return Part("Python", sys.version.split()[0], "PSF-2.0", texts)


def of_system(names: Iterable[str]) -> Iterator[Part]:
    """Of packages of Debian."""
    for name in names:
        shown = ["dpkg-query", "--show", "--showformat=${Version}", name]
        version = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
        yield Part(name, version, "", (_read(_DEBIAN_DOCS / name / "copyright"),))


def system_packages(binaries: Mapping[str, str], ours: Iterable[Path]) -> list[str]:
    """Debian's packages with libraries in the bundle, sorted.

    binaries: where each file in the bundle comes from. ours: folders of Python and its packages. Raises
    LookupError for a library of neither.
    """
    places = [place.resolve() for place in ours]
    sources = {Path(source).resolve() for source in binaries.values()}
    foreign = [path for path in sources if not any(path.is_relative_to(place) for place in places)]
    return sorted({_debian_package(path).partition(":")[0] for path in foreign})


def document(parts: Iterable[Part]) -> str:
    """A table of all parts, then each text once, with the names of those that it is for."""
    known = sorted(parts, key=lambda part: part.name.lower())
    texts: dict[str, list[str]] = {}
    for part in known:
        for text in part.texts:
            texts.setdefault(text.strip(), []).append(part.name)
    table = [f"{part.name} {part.version}: {part.terms or 'see below'}".replace(" :", ":") for part in known]
    head = ["Roundtable contains these parts of others, each under its own licence.", "", *table, ""]
    blocks = [
        f"{_RULE}\n{', '.join(dict.fromkeys(names))}\n{_RULE}\n\n{text}\n" for text, names in texts.items()
    ]
    return "\n".join([*head, *blocks])


def without_text(parts: Iterable[Part]) -> list[str]:
    """The names of the parts of which there is no licence."""
    return [part.name for part in parts if not part.texts]


def _terms(package: Distribution) -> str:
    facts = package.metadata.json
    classified = [str(c).rpartition(" :: ")[2] for c in facts.get("classifier", []) if "License ::" in c]
    said = str(facts.get("license_expression") or ", ".join(classified) or facts.get("license") or "").strip()
    return said if len(said) <= SHORT and "\n" not in said else ""


def _texts(package: Distribution) -> Iterator[str]:
    for name in package.files or ():
        if LICENCE.search(name.name) and name.suffix not in (".py", ".pyc", ".json"):
            path = Path(str(name.locate()))
            if path.is_file():
                yield _read(path)


def _debian_package(library: Path) -> str:
    """The package that a file of the system belongs to."""
    # What merged /usr moved is still listed under its old place.
    for path in (library, Path("/", *library.parts[2:])):
        found = subprocess.run(["dpkg", "--search", str(path)], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.rpartition(": ")[0].partition(",")[0]
    raise LookupError(f"No package of this system has {library}, so its licence is unknown.")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def main() -> int:
    """Write the text. Fails where there is a part without a licence."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--made", type=Path, required=True)
    parser.add_argument("--window", action="store_true")
    options = parser.parse_args()
    binaries = json.loads((options.made / "binaries.json").read_text(encoding="utf-8"))
    names = [*distributions(LOCKS if options.window else LOCKS[:1]), "pyinstaller"]
    parts = [of_python(), *packages(names), *of_page(ROOT / "ui" / "vendor")]
    if sys.platform == "linux":
        system = system_packages(binaries, map(Path, (sys.prefix, sys.base_prefix)))
        (options.made / "system-packages.json").write_text(json.dumps(system), encoding="utf-8")
        parts += of_system(system)
    if unknown := without_text(parts):
        print(f"there is no licence of {', '.join(unknown)}: put it into {TEXTS}", file=sys.stderr)
        return 1
    (options.made / "THIRD_PARTY.txt").write_text(document(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
