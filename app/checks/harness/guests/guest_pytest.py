"""The program that runs pytest inside the sandbox and tells what became of each test.

Its text is handed to the sandboxed interpreter, with a JSON argument: nonce, which starts each line of the
report; folders for sys.path; tests: the files to run. The code under test shares this interpreter, so
unlike the values of examples these results are the program's own word.
"""

import json
import os
import sys
from types import ModuleType
from typing import Any

LONGEST = 4000
# pytest colours its output with pygments, which is large and not needed where nobody looks at colours.
COLOURS = {
    "pygments": "highlight",
    "pygments.formatters": "",
    "pygments.formatters.terminal": "TerminalFormatter",
    "pygments.lexer": "Lexer",
    "pygments.lexers": "",
    "pygments.lexers.diff": "DiffLexer",
    "pygments.lexers.python": "PythonLexer",
}
OPTIONS = ("-q", "--showlocals", "--tb=short", "--capture=sys", "--color=no", "--basetemp=/box/tmp")
WITHOUT = ("cacheprovider", "faulthandler", "junitxml", "pastebin", "doctest")


class Teller:
    """A plug-in of pytest that reports each test, and each file that could not be collected."""

    def __init__(self, nonce: str) -> None:
        self.nonce = nonce

    def tell(self, **facts: Any) -> None:
        line = f"\n{self.nonce} {json.dumps(facts)}\n".encode()
        while line:
            line = line[os.write(1, line) :]

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" or report.outcome != "passed":
            crash = getattr(report.longrepr, "reprcrash", None)
            self.tell(
                test=report.nodeid,
                outcome=report.outcome,
                error=crash.message[:LONGEST] if crash else "",
                where=f"{crash.path}:{crash.lineno}" if crash else "",
                text=report.longreprtext[-LONGEST:] if report.failed else "",
            )

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            text = report.longreprtext[-LONGEST:]
            last = text.strip().splitlines()[-1:]
            self.tell(test=report.nodeid, outcome="error", error="".join(last)[2:], where="", text=text)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self.tell(finished=int(exitstatus))


def main() -> None:
    """Read the task and run the tests."""
    task = json.loads(sys.argv[1])
    sys.argv[:] = ["pytest"]
    os.chdir("/box")
    sys.path[0:1] = [*task["folders"], "/box/roundtable_lib"]
    os.devnull = "/box/roundtable_null"
    for name, member in COLOURS.items():
        module = sys.modules[name] = ModuleType(name)
        module.__path__ = []
        if member:
            setattr(module, member, type(member, (), {}))
    import pytest  # noqa: PLC0415 - only now can it be found

    off = [word for name in WITHOUT for word in ("-p", f"no:{name}")]
    pytest.main([*OPTIONS, *off, "--rootdir=/box", *task["tests"]], plugins=[Teller(task["nonce"])])


main()
