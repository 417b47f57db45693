"""Notifications over a real bus, to a service that stands in for the desktop's."""

from __future__ import annotations

import threading

import pytest

from app.desktop.notices import BusNotices
from app.errors import AppError, ErrorKind
from tests.support.notices import SECONDS, Shown, bus

__all__ = ["bus"]


def test_a_notification_is_shown_and_a_click_on_it_is_heard(bus: str) -> None:
    shown, clicked = Shown(), threading.Event()
    BusNotices().show("Write add", "Your decision is needed.", clicked.set)
    assert clicked.wait(SECONDS)
    shown.answering.join(SECONDS)
    (program, _, _, title, body, *_), *_ = shown.asked
    assert (program, title, body) == ("Roundtable", "Write add", "Your decision is needed.")


def test_where_nobody_shows_them_that_is_said(bus: str) -> None:
    with pytest.raises(AppError) as failed:
        BusNotices().show("Write add", "", lambda: None)
    assert failed.value.kind is ErrorKind.NOT_FOUND


@pytest.mark.parametrize("address", ["disabled:", "unix:path=/nowhere", ""])
def test_without_a_bus_that_is_said(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with pytest.raises(AppError) as failed:
        BusNotices().show("Write add", "", lambda: None)
    assert failed.value.kind is ErrorKind.NOT_FOUND
