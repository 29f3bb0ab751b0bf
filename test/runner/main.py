"""What test/run does once the packages are there: builds, runs the steps, prints the total."""
import argparse
import os
import signal
import shutil
import subprocess
import sys
import tempfile

import builds
import processes
import steps
from report import Report

STEPS = ("tidy", "format", "unit", "golden", "conformance", "integration")


class Run:
    """Flags and folders of one run."""

    def __init__(self, arguments):
        self.root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        self.report = Report(arguments.packages_seconds)
        self.steps = set(arguments.only or STEPS)
        self.jobs = arguments.jobs
        self.tsan = arguments.tsan
        self.dev_folder = arguments.dev_dir and os.path.abspath(arguments.dev_dir)
        self.release_folder = arguments.release_dir and os.path.abspath(arguments.release_dir)
        self.corpus = os.path.abspath(os.environ.get("RECONCILE_CORPUS") or
                                      os.path.join(self.root, "../shared/corpus"))
        self.has_corpus = os.path.isdir(self.corpus)
        self.folder = tempfile.mkdtemp(prefix="reconcile-test-")
        self.logs = os.path.join(self.folder, "logs")
        self.clusters = []
        os.makedirs(self.logs)

    @property
    def program(self):
        return os.path.join(self.release_folder, "bin/reconcile")

    def clean(self):
        processes.end_all()
        steps.end_clusters(self)
        if self.report.failed:
            self.report.say(f"logs: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def guarded(run, name, step, *arguments):
    """Runs a step; what it throws is a failed case, and the next steps go on."""
    with run.report.step(name):
        try:
            step(run, *arguments)
            return True
        except builds.BuildFailed as error:
            run.report.add_failed(1, f"{name}: {error}")
        except (OSError, subprocess.SubprocessError, processes.TimedOut) as error:
            run.report.add_failed(1, f"{name}: {type(error).__name__}: {error}")
    return False


def build_unit_tests(run, preset):
    folder = builds.configure(run.root, preset, run.logs)
    builds.build(run.root, preset, builds.unit_targets(folder), run.jobs, run.logs)


def build_release(run):
    folder = builds.configure(run.root, "release", run.logs)
    targets = ["reconcile", "reconcile_agent"]
    if "integration" in run.steps:
        targets += builds.with_server_cases(run.root, builds.test_targets(folder))
    builds.build(run.root, "release", targets, run.jobs, run.logs)
    run.release_folder = folder


def unit_steps(run):
    if run.dev_folder or guarded(run, "build dev", build_unit_tests, "dev"):
        folder = run.dev_folder or os.path.join(run.root, "build/dev")
        guarded(run, "unit tests (dev)", steps.unit, folder, "dev")
    if run.tsan and guarded(run, "build tsan", build_unit_tests, "tsan"):
        guarded(run, "unit tests (tsan)", steps.unit, os.path.join(run.root, "build/tsan"), "tsan")


def all_steps(run):
    go_builds = steps.start_go_builds(run) if "integration" in run.steps else None
    if "tidy" in run.steps:
        guarded(run, "tidy", steps.tidy)
    if "format" in run.steps:
        guarded(run, "format", steps.check_format)
    if "unit" in run.steps:
        unit_steps(run)
    if not run.steps & {"golden", "conformance", "integration"}:
        return
    if not run.release_folder and not guarded(run, "build release", build_release):
        return
    if "golden" in run.steps:
        guarded(run, "golden", steps.golden)
    if "conformance" in run.steps:
        guarded(run, "conformance", steps.conformance)
    if "integration" in run.steps:
        guarded(run, "integration", steps.integration, go_builds)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="test/run")
    parser.add_argument("--only", action="append", choices=STEPS)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--tsan", action="store_true")
    parser.add_argument("--dev-dir")
    parser.add_argument("--release-dir")
    parser.add_argument("--packages-seconds", type=float, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    run = Run(parse_arguments())
    # A signal unwinds, so that everything is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        all_steps(run)
    finally:
        run.clean()
    return run.report.close()


if __name__ == "__main__":
    sys.exit(main())
