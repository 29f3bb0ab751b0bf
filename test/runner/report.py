"""Counts cases and prints progress: a line when a step begins and ends, failures as they come."""
import os
import sys
import threading
import time


class Report:
    def __init__(self, seconds_before=0.0):
        """`seconds_before`: what the installation of packages took."""
        self.passed = self.failed = self.skipped = self.forbidden_skips = 0
        self._lock = threading.Lock()
        self._began = time.monotonic() - seconds_before
        self._times = [("packages", seconds_before)]
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._red, self._green, self._plain = (
            ("\033[31m", "\033[32m", "\033[0m") if colour else ("", "", ""))

    def say(self, text):
        with self._lock:
            minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
            print(f"{minutes:3d}:{seconds:02d}  {text}", flush=True)

    def add_passed(self, count):
        with self._lock:
            self.passed += count

    def add_failed(self, count, text):
        """`text` says what failed and why; it may have several lines."""
        with self._lock:
            self.failed += count
            print(f"{self._red}FAILED{self._plain} {text}", flush=True)

    def add_skipped(self, count, text, input_present):
        """A skip although the input is there fails a run with CI=true."""
        with self._lock:
            self.skipped += count
            self.forbidden_skips += count if input_present else 0
            print(f"SKIPPED {count}: {text}", flush=True)

    def step(self, name):
        return _Step(self, name)

    def add_time(self, name, seconds):
        """For the table at the end."""
        self._times.append((name, seconds))

    def _print_times(self):
        if len(self._times) < 2:
            return
        for name, seconds in [*self._times, ("all", time.monotonic() - self._began)]:
            minutes, rest = divmod(seconds, 60)
            print(f"{int(minutes):4d} min {rest:4.1f} s  {name}")

    def close(self):
        """Prints the times and the closing line; the exit code."""
        self._print_times()
        bad = self.failed > 0
        if os.environ.get("CI") == "true" and self.forbidden_skips:
            print(f"FAILED {self.forbidden_skips} skips although the input is there", flush=True)
            bad = True
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if bad or self.passed == 0 else 0


class _Step:
    def __init__(self, report, name):
        self._report, self._name = report, name

    def __enter__(self):
        self._start = time.monotonic()
        self._before = (self._report.passed, self._report.failed, self._report.skipped)
        self._report.say(f"{self._name} …")
        return self

    def __exit__(self, kind, error, trace):
        after = (self._report.passed, self._report.failed, self._report.skipped)
        counts = [now - then for now, then in zip(after, self._before)]
        words = [f"{count} {word}" for count, word in zip(counts, ("passed", "failed", "skipped"))
                 if count]
        seconds = time.monotonic() - self._start
        self._report.add_time(self._name, seconds)
        self._report.say(f"{self._name}: {', '.join(words) or 'done'} in {seconds:.1f} s")
