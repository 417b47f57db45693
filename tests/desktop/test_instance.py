"""One app for each data folder, whatever is left of the one before."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from app.desktop.instance import First, Instance, Running
from app.errors import AppError

SECONDS = 60


def test_what_a_killed_one_has_left_is_gone_before_anybody_asks(tmp_path: Path) -> None:
    killed, first = Instance(tmp_path), Instance(tmp_path)
    killed.publish(First(pid=1, link="http://127.0.0.1:9/#token=old"))
    assert first.claim() is None
    assert list(tmp_path.glob("runtime.json")) == []
    first.release()


def test_an_answer_that_is_none_of_ours_is_taken_for_none(tmp_path: Path) -> None:
    first, second = Instance(tmp_path), Instance(tmp_path)
    assert first.claim() is None
    answers: list[Running | None] = []
    asking = threading.Thread(target=lambda: answers.append(second.claim()))
    with socket.create_server(("127.0.0.1", 0)) as other:
        link = f"http://127.0.0.1:{other.getsockname()[1]}/#token=t"
        first.publish(First(pid=os.getpid(), link=link))
        asking.start()
        caller, _ = other.accept()
        with caller:
            caller.recv(65536)
            caller.sendall(b"220 not a web server\r\n\r\n")
    first.release()
    asking.join(SECONDS)
    assert answers == [None]


def test_who_does_not_answer_is_named(tmp_path: Path) -> None:
    first = Instance(tmp_path)
    assert first.claim() is None
    first.publish(First(pid=4711, link="http://127.0.0.1:9/#token=t"))
    with pytest.raises(AppError, match="does not answer") as failed:
        Instance(tmp_path, patience=0.3).claim()
    assert "(4711)" in failed.value.hint
    first.release()
