"""The page as its users meet it: everything is found by its role and its accessible name."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

SCRIPTED: Final = "Scripted replay"
TASK: Final = "Write add that adds two numbers"
EXAMPLE: Final = ("add(2, 2)", "4")
Status = Literal["running", "waiting for you", "approved", "rejected", "cancelled", "failed"]


def words(many: int) -> str:
    """Words to stream, all of them different: an answer that goes in circles is stopped."""
    return " ".join(f"word{number}" for number in range(1, many + 1))


@contextmanager
def held_back(page: Page, name: str) -> Generator[None]:
    """What the page loads of this name comes only afterwards."""
    held: list[Route] = []
    pattern = re.compile(rf"/{re.escape(name)}$")

    def hold(route: Route) -> None:
        held.append(route)

    page.route(pattern, hold)
    yield
    assert held
    for route in held:
        route.continue_()
    page.unroute(pattern)


class Screen:
    """One tab. link: where the program's page is, with its token."""

    def __init__(self, page: Page, link: str) -> None:
        self.page = page
        self.link = link
        self.timeline = self._region("Timeline")
        self.artifact = self._region("Artifact")
        self.decision = self._region("Decision")
        self.sessions = page.get_by_role("navigation", name="Sessions", exact=True)
        self.status = page.get_by_role("status", name="Status of the run", exact=True)
        self.settings = page.get_by_role("dialog", name="Settings", exact=True)
        self.approval = page.get_by_role("dialog", name=re.compile(r"^Approve version \d+"))
        self.rounds = page.get_by_role("spinbutton", name="Rounds", exact=True)
        self.requirements = page.get_by_role("textbox", name="Requirements", exact=True)

    @property
    def session_id(self) -> str:
        """Of the session on screen."""
        return self.page.url.rpartition("#/s/")[2]

    def enter(self) -> Screen:
        """Come in by the link; the page is ready when the providers are offered."""
        self.page.goto(self.link)
        self.offered(SCRIPTED).wait_for(state="attached")
        return self

    def go(self, session_id: str) -> None:
        """Open a session by its address, in a tab that was let in."""
        self.page.goto(f"{self.link.partition('#')[0]}#/s/{session_id}")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def box(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=name, exact=True)

    def choice(self, name: str) -> Locator:
        return self.page.get_by_role("combobox", name=name, exact=True)

    def tab(self, name: str) -> Locator:
        """Of the artifact; how many failed or how many files there are may follow its name."""
        return self.artifact.get_by_role("tab", name=re.compile(rf"^{name}\b"))

    def offered(self, provider: str) -> Locator:
        return self.choice("Provider").get_by_role("option", name=provider, exact=True)

    def turns(self, agent: str) -> Locator:
        """Its turns in the timeline, in their order."""
        return self.timeline.get_by_role("article", name=agent, exact=True)

    def session(self, title: str) -> Locator:
        """A session's link in the list; its state follows its title."""
        return self.sessions.get_by_role("link", name=title)

    def write(self, requirements: str = TASK, *examples: tuple[str, str], **choices: str) -> None:
        """Fill the composer in. choices: provider, language, model and rounds."""
        self.requirements.fill(requirements)
        self.choice("Provider").select_option(label=choices.get("provider", SCRIPTED))
        for name in ("Language", "Model"):
            if name.lower() in choices:
                self.choice(name).select_option(label=choices[name.lower()])
        if "rounds" in choices:
            self.rounds.fill(choices["rounds"])
        for number, (call, expected) in enumerate(examples, 1):
            self.button("Add example").click()
            self.box(f"Call {number}").fill(call)
            self.box(f"Expected value {number}").fill(expected)

    def attach(self, name: str, content: str, by: str = "Add files") -> None:
        """Pick a context file, or with "Add test file" a test file."""
        with self.page.expect_file_chooser() as chosen:
            self.button(by).click()
        chosen.value.set_files({"name": name, "mimeType": "text/plain", "buffer": content.encode()})

    def generate(self) -> None:
        """Start what the composer holds, and wait until its session is on screen."""
        self.button("Generate").click()
        self.page.wait_for_url("**/#/s/*")
        self.status.wait_for()

    def ask(self, requirements: str = TASK, *examples: tuple[str, str], **choices: str) -> None:
        """Fill the composer in and start. examples: one, where none is given."""
        self.write(requirements, *(examples or (EXAMPLE,)), **choices)
        self.generate()

    @property
    def approving(self) -> Locator:
        """The button at the gate."""
        return self.decision.get_by_role("button", name="Approve", exact=True)

    def approve(self) -> None:
        """At the gate; what is not verified then asks in `approval`."""
        self.approving.click()

    def _region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name, exact=True)
