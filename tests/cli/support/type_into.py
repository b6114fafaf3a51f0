"""Runs a program in a pseudo-terminal of its own and types into it, as a person would.

Reads a JSON object from stdin: {"argv": [...], "cwd": "...", "env": {...}, "columns": 100,
"steps": [[EXPECTED, TYPED], ...], "seconds": 60}. Each step waits until EXPECTED (a plain text) has come since
the step before, then types TYPED. Prints {"output", "code", "missing"}: `missing` is the text that never came, and
`code` is negative for a signal.
"""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

order = json.load(sys.stdin)
pid, master = pty.fork()
if pid == 0:
    os.chdir(order["cwd"])
    os.execvpe(order["argv"][0], order["argv"], order["env"])

fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, order.get("columns", 100), 0, 0))
deadline = time.monotonic() + order.get("seconds", 60)
seen = b""
ended = False


def more():
    """Reads what there is; False at the end of the program's output or of the time."""
    global seen, ended
    while time.monotonic() < deadline:
        if not select.select([master], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(master, 65536)
        except OSError:
            data = b""
        if not data:
            ended = True
            return False
        seen += data
        return True
    return False


missing = None
start = 0
for expected, typed in order["steps"]:
    wanted = expected.encode()
    while wanted not in seen[start:]:
        if not more():
            missing = expected
            break
    if missing is not None:
        break
    start = seen.index(wanted, start) + len(wanted)
    os.write(master, typed.encode())

while missing is None and not ended and more():
    pass
if not ended:
    os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
if not ended and missing is None:
    missing = "(its end)"
code = os.waitstatus_to_exitcode(status)
print(json.dumps({"output": seen.decode(errors="replace"), "code": code, "missing": missing}))
