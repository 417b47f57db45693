"""`worker`: works on the runs of the database that nobody works on."""

from __future__ import annotations

import argparse
import time
from concurrent.futures import wait
from typing import Final

from app.cli.drive import working
from app.cli.exits import Exit
from app.cli.services import MakeServices
from app.cli.stop import Stop
from app.errors import AppError, ErrorKind
from app.session.owners import owner_alive
from app.session.service import Service

_LOOK_SECONDS: Final = 0.2


def worker(arguments: argparse.Namespace, make: MakeServices) -> int:
    """One run after the other, oldest first; start several workers for several at a time."""
    service = make({}).service
    with Stop().listening() as stop:
        while not stop.requested:
            waiting = service.store.claimable(owner_alive, 1)
            if waiting:
                _work_on(service, waiting[0], stop)
            elif arguments.once:
                break
            else:
                time.sleep(_LOOK_SECONDS)
    return Exit.OK


def _work_on(service: Service, run_id: str, stop: Stop) -> None:
    print(f"run {run_id}: at work", flush=True)
    with working(service, run_id, stop) as work:
        while not (work.done() or stop.requested):
            wait([work], _LOOK_SECONDS)
    try:
        print(f"run {run_id}: {work.result()}", flush=True)
    except AppError as error:
        if error.kind is not ErrorKind.CONFLICT:  # another worker was quicker
            raise
