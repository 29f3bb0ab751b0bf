"""Configures and builds the presets, and finds the test executables of a build."""
import json
import os
import subprocess

import processes

CONFIGURE_SECONDS = 300
BUILD_SECONDS = 60 * 60
TAIL_LINES = 40


class BuildFailed(Exception):
    """Holds the end of the build's output."""


def checked(command, log, seconds, root):
    try:
        code = processes.run(command, log, seconds, cwd=root)
    except processes.TimedOut as error:
        code = str(error)
    if code != 0:
        with open(log, encoding="utf-8", errors="replace") as opened:
            tail = "".join(opened.readlines()[-TAIL_LINES:])
        raise BuildFailed(f"{' '.join(command[:4])}: {code}; all of its output is in {log}\n{tail}")


def configure(root, preset, folder):
    checked(["cmake", "--preset", preset, "-DRECONCILE_TESTS=ON"],
            os.path.join(folder, f"configure-{preset}.log"), CONFIGURE_SECONDS, root)
    return os.path.join(root, "build", preset)


def build(root, preset, targets, jobs, folder):
    checked(["cmake", "--build", os.path.join("build", preset), "-j", str(jobs),
             *(["--target", *targets] if targets else [])],
            os.path.join(folder, f"build-{preset}.log"), BUILD_SECONDS, root)


def tests(build_folder):
    """The paths of the test executables that CMake knows, built or not."""
    listed = subprocess.run(["ctest", "--show-only=json-v1"], cwd=build_folder, check=True,
                            capture_output=True, text=True)
    found = [test["command"][0] for test in json.loads(listed.stdout)["tests"]
             if test.get("command")]
    # Before the first build CTest does not know the folder of an executable.
    return sorted(os.path.join(build_folder, path) for path in found)


def test_targets(folder):
    listed = subprocess.run(["ninja", "-t", "targets", "all"], check=True, capture_output=True,
                            cwd=folder, text=True).stdout.split("\n")
    programs = [line.split(":")[0] for line in listed if "CXX_EXECUTABLE_LINKER" in line]
    return [path for path in programs if os.path.basename(path).startswith("test_")]


def has_unit_cases(path):
    """Tests of the whole program, and those that ask the oracle, run in the release build only."""
    return "/integration/" not in path and os.path.basename(path) != "test_fuzz"


def chosen(programs, suites):
    """Those whose name is that of one of `suites` ("appliers", "faults"); all without `suites`."""
    def is_chosen(path):
        name = os.path.basename(path).removeprefix("test_").removeprefix("integration_")
        return not suites or name in suites
    return [path for path in programs if is_chosen(path)]


def unit_targets(folder):
    return [path for path in test_targets(folder) if has_unit_cases(path)]


def server_folders(root):
    """The folders below test/ with cases that need a control plane."""
    found = set()
    for folder, _, names in os.walk(os.path.join(root, "test")):
        for name in names:
            if name.endswith("_test.cpp"):
                with open(os.path.join(folder, name), encoding="utf-8") as opened:
                    if "[.integration]" in opened.read():
                        found.add(os.path.relpath(folder, root))
    return found


def with_server_cases(root, programs):
    """Those of `programs` (paths below a build's folder) that have cases for a control plane.

    A folder without an executable of its own is part of the one above it.
    """
    homes = {os.path.dirname(path) for path in programs}
    found, missing = set(), set()
    for folder in server_folders(root):
        home = folder
        while home not in homes and home:
            home = os.path.dirname(home)
        (found if home else missing).add(home or folder)
    if missing:
        raise BuildFailed(f"no executable for the cases in {', '.join(sorted(missing))}")
    return [path for path in programs if os.path.dirname(path) in found]
