"""PostgreSQL's notifications of committed events. Imported only where such a database is used."""

from __future__ import annotations

import logging

import psycopg
from sqlalchemy import URL

from app.store.event_log import CHANNEL
from app.store.signals import LOOK_SECONDS, Signals

_STOP_SECONDS = 0.2  # how long the thread may take to end

_log = logging.getLogger(__name__)


def watch_postgres(url: URL, signals: Signals) -> None:
    """Listen until the signals are stopped; connect anew where the connection was lost."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while not signals.stopped.is_set():
        try:
            _listen(address, signals)
        except psycopg.OperationalError as error:
            _log.warning("lost the notifications of the database, connecting again: %s", type(error).__name__)
            signals.stopped.wait(LOOK_SECONDS)


def _listen(address: str, signals: Signals) -> None:
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(f"LISTEN {CHANNEL}")
        signals.changed()  # what was committed before the LISTEN
        while not signals.stopped.is_set():
            for notify in conn.notifies(timeout=_STOP_SECONDS):
                session_id, _, seq = notify.payload.partition(" ")
                signals.committed(session_id, int(seq))
                if signals.stopped.is_set():
                    break
