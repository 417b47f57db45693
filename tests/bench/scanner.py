"""How much the security scanner finds in labelled samples, and how often it cries wolf.

    python -m tests.bench.scanner --corpora DIR [--half held|dev|both] [--missed SET]

DIR holds the sets named in SETS, one JSON object a line with id, lang, label and code. The samples are read,
never run. Rules are tuned on the `dev` half alone, so the figures that count are those of the `held` half. A
sample counts as found at `ask` where a rule asks or blocks; that a file could not be parsed does not count.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.checks.security.scanner import UNKNOWN, SecurityScanner
from app.domain.findings import Level
from tests.bench.common import header

SETS = ("redcode_exec_odd", "cweval", "guarddog_tests", "bandit_examples", "cyberseceval", "humaneval_x")
SUFFIX = {"python": "py", "javascript": "js", "java": "java", "go": "go", "rust": "rs", "bash": "sh"}
HARMLESS = {"benign", "secure"}
PAIR = re.compile(r"_(task|unsafe)$")
PIECE = 3
WARM_LINES = 100


@dataclass(frozen=True)
class Sample:
    """One labelled file. group: what its row in the table is called."""

    id: str
    lang: str
    group: str
    label: str
    code: str

    @property
    def half(self) -> str:
        """By the hash of the id; both of a pair (the weak and the mended version) go to the same half."""
        digest = hashlib.sha256(PAIR.sub("", self.id).encode()).hexdigest()
        return "dev" if int(digest, 16) % 2 == 0 else "held"


@dataclass(frozen=True)
class Judged:
    sample: Sample
    levels: frozenset[Level]
    rules: tuple[str, ...]
    parsed: bool

    @property
    def block(self) -> bool:
        return Level.BLOCK in self.levels

    @property
    def ask(self) -> bool:
        return self.block or Level.ASK in self.levels

    @property
    def badge(self) -> bool:
        return self.ask or Level.BADGE in self.levels


def samples(folder: Path, name: str) -> list[Sample]:
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (folder / f"{name}.jsonl").open(encoding="utf-8")
    ]
    return [
        Sample(
            row["id"],
            row["lang"],
            f"{name} {row['lang']} {row.get('band', row['label'])}",
            row["label"],
            row["code"],
        )
        for row in rows
    ]


def judge(scanner: SecurityScanner, sample: Sample) -> Judged:
    scan = scanner.scan(f"sample.{SUFFIX[sample.lang]}", sample.code)
    told = [f for f in scan.findings if f.rule != UNKNOWN]
    return Judged(
        sample,
        frozenset(f.level for f in told),
        tuple(dict.fromkeys(f.rule for f in told if f.level in (Level.ASK, Level.BLOCK))),
        len(told) == len(scan.findings),
    )


def share(found: Iterable[bool]) -> str:
    values = list(found)
    return f"{sum(values)}/{len(values)} = {100 * sum(values) / max(len(values), 1):.0f} %"


def table(title: str, judged: list[Judged]) -> None:
    print(f"\n{title}\n\n| set | n | block | ask | badge | not judged |\n|---|---|---|---|---|---|")
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.sample.group].append(one)
    for group, ones in sorted(groups.items()):
        counts = (share(getattr(o, level) for o in ones) for level in ("block", "ask", "badge"))
        print(f"| {group} | {len(ones)} | {' | '.join(counts)} | {sum(not o.parsed for o in ones)} |")


def discrimination(judged: list[Judged]) -> None:
    """How much more often the weak version of a pair is asked about than the mended one."""
    print("\n| CWEval | weak asked | mended asked | difference |\n|---|---|---|---|")
    for lang in ("javascript", "go"):
        asked = {
            label: [
                o.ask
                for o in judged
                if o.sample.group.startswith(f"cweval {lang}") and o.sample.label == label
            ]
            for label in ("insecure", "secure")
        }
        shares = [100 * sum(v) / max(len(v), 1) for v in asked.values()]
        both = " | ".join(share(values) for values in asked.values())
        print(f"| {lang} | {both} | {shares[0] - shares[1]:.0f} points |")


class _Cut(ast.NodeTransformer):
    """String literals in pieces of three letters."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, str) or len(node.value) <= PIECE:
            return node
        pieces = [node.value[i : i + PIECE] for i in range(0, len(node.value), PIECE)]
        whole: ast.expr = ast.Constant(pieces[0])
        for piece in pieces[1:]:
            whole = ast.BinOp(whole, ast.Add(), ast.Constant(piece))
        return whole


class _Indirect(ast.NodeTransformer):
    """`os.remove` as `getattr(os, "re" + "move")`, for modules that are known to be imported."""

    def __init__(self, modules: set[str]) -> None:
        self._modules = modules

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.value, ast.Name) or node.value.id not in self._modules:
            return node
        middle = len(node.attr) // 2
        name = ast.BinOp(ast.Constant(node.attr[:middle]), ast.Add(), ast.Constant(node.attr[middle:]))
        return ast.Call(ast.Name("getattr", ast.Load()), [node.value, name], [])


def cut(tree: ast.Module) -> ast.Module:
    return _Cut().visit(tree)


def indirect(tree: ast.Module) -> ast.Module:
    modules = {
        a.asname or a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names
    }
    return _Indirect(modules).visit(tree)


EVASIONS: dict[str, tuple[Callable[[ast.Module], ast.Module], ...]] = {
    "as it is": (),
    "literals cut": (cut,),
    "getattr": (indirect,),
    "both": (indirect, cut),
}


def evaded(sample: Sample, steps: tuple[Callable[[ast.Module], ast.Module], ...]) -> Sample | None:
    """The sample rewritten to mean the same; None where it is no Python of today."""
    try:
        tree = ast.parse(sample.code)
    except SyntaxError:
        return None
    for step in steps:
        tree = ast.fix_missing_locations(step(tree))
    return Sample(
        sample.id, sample.lang, sample.group, sample.label, ast.unparse(tree) if steps else sample.code
    )


def evasion(scanner: SecurityScanner, chosen: list[Sample]) -> None:
    print("\n| RedCode A Python, rewritten | n | block | ask |\n|---|---|---|---|")
    for name, steps in EVASIONS.items():
        judged = [judge(scanner, s) for one in chosen if (s := evaded(one, steps))]
        print(
            f"| {name} | {len(judged)} | {share(o.block for o in judged)} | {share(o.ask for o in judged)} |"
        )


def latency(scanner: SecurityScanner, chosen: list[Sample]) -> None:
    """Files of about 100 lines, put together from harmless samples; each is new to the scanner."""
    print("\n| 100 lines, warm | n | p50 ms | p95 ms |\n|---|---|---|---|")
    shuffled = random.Random(1)
    for lang, suffix in SUFFIX.items():
        sources = [s.code for s in chosen if s.lang == lang]
        times: list[float] = []
        for number in range(25 if sources else 0):
            text = f"{'#' if lang == 'python' else '//'} {number}\n"
            while text.count("\n") < WARM_LINES:
                text += shuffled.choice(sources).rstrip() + "\n\n"
            begin = time.perf_counter()
            scanner.scan(f"file{number}.{suffix}", text)
            times.append(1000 * (time.perf_counter() - begin))
        if times:
            ordered = sorted(times)
            p50, p95 = statistics.median(times), ordered[int(0.95 * len(times))]
            print(f"| {lang} | {len(times)} | {p50:.0f} | {p95:.0f} |")


def missed(judged: list[Judged], wanted: str) -> None:
    """For tuning: what was missed, or asked about without need, in one set."""
    for one in judged:
        harmless = one.sample.label in HARMLESS
        if one.sample.group.startswith(wanted) and one.ask == harmless:
            print(f"--- {one.sample.id} {one.sample.label} {' '.join(one.rules)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--half", choices=("held", "dev", "both"), default="held")
    parser.add_argument("--missed", default="", help="list what was missed in the groups that begin so")
    options = parser.parse_args()
    print(header(f"scanner, half: {options.half}"))
    scanner = SecurityScanner(seconds=20)  # a busy machine must not change what is found
    begin = time.perf_counter()
    scanner.load()
    seconds = time.perf_counter() - begin
    print(f"loaded in {seconds:.1f} s, edition {scanner.edition}, problems {scanner.prove()}")
    halves = {"held", "dev"} if options.half == "both" else {options.half}
    every = [s for name in SETS for s in samples(options.corpora, name)]
    # Nothing is tuned on the harmless tasks but by their number, so all of them count in any half.
    chosen = [s for s in every if s.half in halves or s.group.startswith("humaneval_x")]
    judged = [judge(scanner, s) for s in chosen]
    table(f"Levels, half: {options.half}", judged)
    discrimination(judged)
    evasion(scanner, [s for s in chosen if s.group == "redcode_exec_odd python A-system"])
    latency(scanner, [s for s in every if s.group.startswith("humaneval_x")])
    if options.missed:
        missed(judged, options.missed)


if __name__ == "__main__":
    main()
