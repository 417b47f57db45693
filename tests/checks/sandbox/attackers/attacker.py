"""Tries one thing that a sandbox must not allow. Arguments: what to try, and on what."""

# As crude as what it stands for.
# ruff: noqa: PTH112, PTH123, PTH207, PTH208, PTH211, SIM105, SIM115, FURB122, PLW1510

import glob
import os
import socket
import subprocess
import sys
import time


def connect(port: str) -> None:
    socket.create_connection(("127.0.0.1", int(port)), 2)
    print("ESCAPED")


def unix(address: str) -> None:
    client = socket.socket(socket.AF_UNIX)
    client.connect(address.replace("@", "\0", 1))
    print("ESCAPED")


def read(path: str) -> None:
    print(open(path).read())


def link(path: str) -> None:
    os.symlink(path, "/box/link")
    print(os.listdir("/box/link") if os.path.isdir("/box/link") else open("/box/link").read())


def write(path: str) -> None:
    with open(path, "w") as file:
        file.write("ESCAPED")


def forks(count: str) -> None:
    for number in range(int(count)):
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        print(number + 1, flush=True)


def memory(megabytes: str) -> None:
    kept = [b"x" * (1 << 20) for _ in range(int(megabytes))]
    print("ESCAPED", len(kept))


def memory_of_forks(megabytes: str) -> None:
    """Each process stays below the bound; together they do not."""
    children: list[int] = []
    for _ in range(40):
        if (child := os.fork()) == 0:
            kept = [os.urandom(1 << 20) for _ in range(int(megabytes) // 40)]
            time.sleep(30)
            os._exit(len(kept) & 1)
        children.append(child)
    time.sleep(5)
    if all(os.waitpid(child, os.WNOHANG) == (0, 0) for child in children):
        print("ESCAPED")
    sys.exit(9)


def loop(_: str) -> None:
    while True:
        pass


def sleep(seconds: str) -> None:
    time.sleep(float(seconds))
    print("ESCAPED")


def output(megabytes: str) -> None:
    for _ in range(int(megabytes)):
        sys.stdout.write("x" * (1 << 20))


def environment(_: str) -> None:
    print(dict(os.environ))
    for path in [*glob.glob("/proc/*/environ"), *glob.glob("/proc/*/cmdline")]:
        try:
            print(open(path).read())
        except OSError:
            pass


def kill_all(_: str) -> None:
    for pid in (-1, os.getppid(), 1):
        try:
            os.kill(pid, 9)
        except OSError:
            pass


def trace(pid: str) -> None:
    with open(f"/proc/{pid}/mem", "rb") as file:
        print("ESCAPED", file.read(1))


def fill(path: str) -> None:
    for number in range(20):
        with open(f"{path}/{number}", "wb") as file:
            for _ in range(15):
                file.write(b"x" * (1 << 20))
    print("ESCAPED")


def fill_one(path: str) -> None:
    with open(f"{path}/one", "wb") as file:
        for _ in range(300):
            file.write(b"x" * (1 << 20))
    print("ESCAPED")


def entries(path: str) -> None:
    for number in range(20_000):
        open(f"{path}/{number}", "w").close()
    time.sleep(0.3)
    print("ESCAPED")


def survive(mark: str) -> None:
    if os.fork() == 0:
        os.setsid()
        os.execvp("sleep", ["sleep", mark])


def namespace(_: str) -> None:
    if subprocess.run(["unshare", "--user", "--map-root-user", "true"]).returncode == 0:
        print("ESCAPED")


def descriptors(_: str) -> None:
    """A report that bubblewrap would take for its own must not be possible."""
    for number in range(3, 64):
        try:
            os.write(number, b'{ "exit-code": 0 }\n')
            print("ESCAPED", number)
        except OSError:
            pass
    sys.exit(7)


globals()[sys.argv[1]](sys.argv[2])
