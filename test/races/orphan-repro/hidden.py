"""What a worker leaves behind that nobody may look into: it has left the session, heeds no TERM, and its environment can't
be read by a plain user. Arguments: the records, the file of those who have begun the task, task, run, seconds."""
import ctypes
import os
import signal
import sys
import time

PR_SET_DUMPABLE = 4


def append(path, line):
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, line.encode())
    os.close(file)


records, begun, task, run, seconds = sys.argv[1:]
told, tell = os.pipe()
if os.fork() != 0:
    os.close(tell)
    os.read(told, 1)
    os._exit(0)
os.setsid()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
with open("/proc/self/stat") as file:
    me = f"{os.getpid()} {file.read().rpartition(')')[2].split()[19]}"
append(records, f"linger {task} {run} {me}\n")
append(begun, f"{run} {me}\n")
nothing = os.open("/dev/null", os.O_RDWR)
for number in range(3):
    os.dup2(nothing, number)
os.close(tell)
time.sleep(float(seconds))
append(records, f"end {task} {run} {me} -\n")
