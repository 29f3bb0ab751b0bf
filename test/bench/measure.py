"""Programs compiled once, the costs of a child process, medians, the lines of the table."""
import functools
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import typing

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMPILE_SECONDS = 120
CHILD_SECONDS = 180
PEER_SECONDS = 900


class Skip(Exception):
    """A row whose input is absent; the text says which."""


def note(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def cache_folder():
    default = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(os.environ.get("RECONCILE_CACHE") or f"{default}/reconcile")


def own_program(name, source, flags):
    """Beside the product if it was built with RECONCILE_BENCHMARKS, else compiled and cached."""
    built = binary().parent / name
    if built.exists():
        return built
    text = (HERE / source).read_bytes() + " ".join(flags).encode()
    path = cache_folder() / f"bench-{hashlib.sha256(text).hexdigest()[:12]}" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        subprocess.run(["c++", "-std=c++20", "-O2", "-o", part, HERE / source, *flags],
                       check=True, timeout=COMPILE_SECONDS)
        part.rename(path)
    return path


def binary():
    path = os.environ.get("RECONCILE_BINARY") or ROOT / "build/release/bin/reconcile"
    path = pathlib.Path(path).resolve()
    if not path.exists():
        sys.exit(f"bench: expected the program at {path}: build it, or set RECONCILE_BINARY")
    return path


@functools.cache
def peer(name):
    done = subprocess.run([ROOT / "test/peers/build", name], stdout=subprocess.PIPE, text=True,
                          check=True, timeout=PEER_SECONDS)
    return done.stdout.strip()


class Cost(typing.NamedTuple):
    """What one run of a program took."""
    seconds: float
    memory_mib: float  # the resident peak
    processor_seconds: float  # of all its threads, in the kernel too


def run_child(arguments, output="/dev/null", environment=None, folder=None):
    """The Cost of one run, in `folder`, of a program that has to succeed."""
    spawn = own_program("reconcile_bench_spawn", "spawn.cpp", ["-static"])
    done = subprocess.run([spawn, output, *map(str, arguments)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=environment, check=False,
                          cwd=folder, timeout=CHILD_SECONDS)
    words = done.stdout.split()
    if len(words) != 4 or words[2] != "0":
        raise RuntimeError(f"{' '.join(map(str, arguments))} failed: {done.stderr.strip()[-400:]}")
    return Cost(float(words[0]), int(words[1]) / 1024, float(words[3]))


def median(values):
    return statistics.median(values) if values else None


def median_cost(costs):
    return Cost(*(median(values) for values in zip(*costs)))


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Table:
    """Prints rows as they come, one line each; keeps them for --json."""

    def __init__(self, path):
        self.path = path
        self.rows = []
        print(f"{'name':<54} {'ours':>10} {'peer':>10} {'ratio':>8}  peer program", flush=True)

    def add(self, name, ours, peer_value=None, against=""):
        """The ratio is ours/peer: below 1 means less of it."""
        ratio = ours / peer_value if peer_value else None
        self.keep([{"name": name, "ours": ours, "peer": peer_value, "ratio": ratio,
                    "against": against}])
        print(f"{name:<54} {number(ours):>10} {number(peer_value):>10} {number(ratio):>8}  "
              f"{against}", flush=True)

    def keep(self, rows):
        """For --json only."""
        self.rows += rows
        if self.path:
            pathlib.Path(self.path).write_text(json.dumps(self.rows, indent=1) + "\n")


def number(value):
    if value is None:
        return "-"
    if isinstance(value, int) or value == 0 or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.4g}"
