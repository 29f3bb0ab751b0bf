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
import sanitizers
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
        self.sanitizer = arguments.sanitizer
        self.suites = arguments.suite
        # How many times longer than usual programs may take.
        self.patience = sanitizers.PATIENCE.get(self.sanitizer, 1)
        self.unit_preset = sanitizers.PRESETS.get(self.sanitizer, "dev")
        self.program_preset = sanitizers.PRESETS.get(self.sanitizer, "release")
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


def build_unit_tests(run):
    folder = builds.configure(run.root, run.unit_preset, run.logs)
    builds.build(run.root, run.unit_preset, builds.unit_targets(folder), run.jobs, run.logs)
    run.dev_folder = folder


def build_program(run):
    folder = builds.configure(run.root, run.program_preset, run.logs)
    targets = ["reconcile", "reconcile_agent"]
    if "integration" in run.steps:
        targets += builds.chosen(
            builds.with_server_cases(run.root, builds.test_targets(folder)), run.suites)
    builds.build(run.root, run.program_preset, targets, run.jobs, run.logs)
    run.release_folder = folder


def unit_steps(run):
    preset = run.unit_preset
    if run.dev_folder or guarded(run, f"build {preset} for unit tests", build_unit_tests):
        guarded(run, f"unit tests ({preset})", steps.unit)


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
    if not run.release_folder and not guarded(
            run, f"build {run.program_preset}", build_program):
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
    parser.add_argument("--sanitizer", choices=sorted(sanitizers.PRESETS))
    parser.add_argument("--suite", action="append")
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
