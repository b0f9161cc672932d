"""Takes all processes that there may be, tries to start more, and lets them go again, until it is killed. Each line that it
writes is how many starts were refused so far. Where the kernel draws a number before it refuses, each try uses one up; tries
with threads, which have numbers as well, cost it least."""
import ctypes
import os
import signal
import threading
import time

PR_SET_PDEATHSIG = 1
SECONDS_FULL = 0.3
SECONDS_FREE = 0.3

prctl = ctypes.CDLL(None).prctl
me = os.getpid()


def take_all():
    children = []
    while True:
        try:
            pid = os.fork()
        except OSError:
            return children
        if pid == 0:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() == me:
                signal.pause()
            os._exit(0)
        children.append(pid)


refused = 0
while True:
    children = take_all()
    is_over = threading.Event()
    end = time.monotonic() + SECONDS_FULL
    while time.monotonic() < end:
        try:
            threading.Thread(target=is_over.wait, daemon=True).start()
        except RuntimeError:
            refused += 1
    is_over.set()
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    print(refused, flush=True)
    time.sleep(SECONDS_FREE)
