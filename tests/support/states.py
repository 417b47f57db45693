"""Each state of the page by name, and how a user comes to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tests.support.stage import Stage

State = Callable[[Stage], None]


def _empty(stage: Stage) -> None:
    stage.screen.requirements.wait_for()


def _draft(stage: Stage) -> None:
    screen = stage.screen
    screen.write("Write slug(title).\n\nslug('A b') == 'a-b'", ("slug('C d')", "'c-d'"), ("slug('')", ""))
    screen.attach("notes.md", "Only ASCII letters stay.")
    screen.button("Generate").click()
    screen.page.locator("[aria-invalid]").first.wait_for()


def _streaming(stage: Stage) -> None:
    stage.show("streaming")
    stage.screen.turns("code_generator").get_by_text("unit_9").wait_for()


def _stopped(stage: Stage) -> None:
    stage.show("streaming")
    stop, resume = stage.screen.button("Stop"), stage.screen.button("Resume")
    stop.or_(resume).wait_for()
    if stop.is_visible():
        stop.click()
    resume.wait_for()


def _gate(name: str) -> State:
    def show(stage: Stage) -> None:
        stage.show(name)
        stage.screen.decision.wait_for()
        stage.view("Code")
        stage.screen.artifact.locator(".source").first.wait_for()

    return show


def _approved(stage: Stage) -> None:
    stage.show("approved")
    stage.screen.button("Generate").wait_for()


def _error(stage: Stage) -> None:
    stage.show("fault")


def _tab(session: str, tab: str) -> State:
    def show(stage: Stage) -> None:
        stage.show(session)
        stage.view(tab)
        stage.screen.artifact.get_by_role("tabpanel").wait_for()

    return show


def _changing(stage: Stage) -> None:
    stage.show("wrong")
    stage.screen.button("Request changes").click()
    stage.screen.box("Feedback").fill("Of an even number of values take the mean of the middle two.")


def _override(stage: Stage) -> None:
    stage.show("wrong")
    stage.screen.approve()
    stage.screen.approval.wait_for()


def _settings(stage: Stage) -> None:
    stage.show("merge")
    stage.rail()
    stage.screen.button("Settings").click()
    stage.screen.page.locator("dialog.settings[open]").wait_for()


def _setting(tab: str, ready: str = "") -> State:
    def show(stage: Stage) -> None:
        _settings(stage)
        dialog = stage.screen.page.locator("dialog.settings")
        chosen = dialog.get_by_role("tab", name=tab, exact=True)
        # In a narrow window the parts stand below one another.
        if chosen.is_visible():
            chosen.click()
        else:
            dialog.get_by_role("heading", name=tab, exact=True).evaluate("(head) => head.scrollIntoView()")
        if ready:
            dialog.locator(ready).first.wait_for()

    return show


def _first_run(stage: Stage) -> None:
    stage.screen.page.get_by_role("region", name="Get a model ready").wait_for()


def _calls(stage: Stage) -> None:
    stage.show("merge")
    stage.screen.button("Model calls").click()
    stage.screen.page.get_by_role("dialog", name="Model calls").wait_for()


def _editor(stage: Stage) -> None:
    stage.show("merge")
    stage.view("Code")
    stage.screen.artifact.get_by_role("button", name="Edit", exact=True).click()
    stage.screen.artifact.locator(".cm-content").wait_for()


def _versions(stage: Stage) -> None:
    stage.show("merge")
    stage.view("Versions")


def _export(stage: Stage) -> None:
    stage.show("approved")
    stage.rail()
    current = stage.screen.sessions.get_by_role("listitem").filter(
        has=stage.screen.page.locator("[aria-current]")
    )
    current.locator("[aria-haspopup=menu]").click()
    stage.screen.page.get_by_role("menuitem", name=re.compile("^Export")).click()
    stage.screen.page.get_by_role("dialog", name=re.compile("^Export")).wait_for()


def _replay(stage: Stage) -> None:
    capsule = stage.capsule("approved")
    stage.rail()
    stage.screen.button("Replay a capsule").click()
    stage.screen.page.locator("rt-replay input[type=file]").set_input_files(
        {"name": "run.rtcapsule", "mimeType": "application/octet-stream", "buffer": capsule}
    )
    stage.screen.button("Play").wait_for()


def _shortcuts(stage: Stage) -> None:
    stage.show("merge")
    stage.screen.page.keyboard.press("?")
    stage.screen.page.locator("dialog.shortcuts[open]").wait_for()


def _leaving(stage: Stage) -> None:
    stage.show("links")
    stage.screen.timeline.get_by_role("link").nth(1).click()
    stage.screen.page.locator("dialog.leaving[open]").wait_for()


def _search(stage: Stage) -> None:
    stage.show("wrong")
    stage.rail()
    stage.screen.box("Search sessions").fill("median")
    stage.screen.session("median").first.wait_for()


def _forty_sessions(stage: Stage) -> None:
    stage.fill(40)
    stage.begin()
    stage.show("merge")
    stage.rail()


def _check_files(stage: Stage) -> None:
    stage.screen.page.goto(f"{stage.program.url}/#/check")
    stage.screen.page.locator("rt-check textarea, rt-check button").first.wait_for()


def _chinese(show: State) -> State:
    def shown(stage: Stage) -> None:
        stage.begin("zh")
        show(stage)

    return shown


def _chinese_gate(stage: Stage) -> None:
    stage.show("wrong")
    stage.screen.decision.wait_for()
    expand = stage.screen.artifact.locator(".artifact-expand")
    if expand.is_visible():
        expand.click()
    stage.screen.artifact.get_by_role("tab").nth(2).click()


STATES: Final[dict[str, State]] = {
    "empty": _empty,
    "draft-with-mistakes": _draft,
    "streaming": _streaming,
    "stopped": _stopped,
    "waiting": _gate("merge"),
    "approved": _approved,
    "failed-checks": _tab("wrong", "Checks"),
    "requesting-changes": _changing,
    "approving-unverified": _override,
    "findings-to-accept": _tab("asked", "Checks"),
    "error": _error,
    "long-code": _gate("long"),
    "long-names": _gate("names"),
    "right-to-left": _gate("right_to_left"),
    "diff": _tab("merge", "Changes"),
    "proof-card": _tab("merge", "Checks"),
    "run-output": _tab("merge", "Run"),
    "versions": _versions,
    "editor": _editor,
    "call-inspector": _calls,
    "onboarding": _first_run,
    "settings": _settings,
    "models": _setting("Models", ".model-row"),
    "settings-agents": _setting("Agents"),
    "settings-safety": _setting("Safety"),
    "settings-appearance": _setting("Appearance"),
    "settings-about": _setting("About"),
    "export": _export,
    "replay": _replay,
    "shortcuts": _shortcuts,
    "link": _leaving,
    "search": _search,
    "check-files": _check_files,
    "chinese": _chinese(_chinese_gate),
    "chinese-empty": _chinese(_empty),
    "chinese-settings": _chinese(_settings),
    "forty-sessions": _forty_sessions,
}
