"""Programs that the runner starts. Each leads a process group of its own and ends with it."""
import os
import signal
import subprocess
import time

STOP_SECONDS = 10
_running = []


class TimedOut(Exception):
    """A program did not end in its time; it was ended."""


def start(command, log, **options):
    """Starts `command` with its output in the file `log` and remembers it until it ends."""
    with open(log, "wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True, **options)
    _running.append(process)
    return process


def end(process):
    """Ends the program and what it started, by their process group."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        if number == signal.SIGTERM:
            time.sleep(0.1)  # its children had the same signal; what is left is killed
    if process in _running:
        _running.remove(process)


def finish(process, seconds):
    """Waits for the program; its exit code (negative: a signal). Throws TimedOut."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise TimedOut(f"no end in {seconds:g} s") from error
    finally:
        end(process)


def run(command, log, seconds, **options):
    return finish(start(command, log, **options), seconds)


def end_all():
    for process in list(_running):
        end(process)
