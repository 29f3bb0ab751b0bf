"""The steps. Each takes the run (flags, report, folders) and adds what it counted to the report."""
import concurrent.futures
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

import builds
import catch_tests
import processes
import sanitizers

TIDY_SECONDS, FORMAT_SECONDS, RENDER_SECONDS = 120, 300, 20
UNIT_SECONDS, INTEGRATION_SECONDS, CONFORMANCE_SECONDS = 15 * 60, 20 * 60, 15 * 60
GO_BUILDS_SECONDS, CLUSTER_START_SECONDS = 60 * 60, 180
PEER_PATHS_SECONDS = 60
# The peers that tests ask, and the variable that names each of them.
PEERS = {"flux-packages": "RECONCILE_FLUX_PACKAGES", "helm-oracle": "RECONCILE_HELM_ORACLE",
         "kustomize-oracle": "RECONCILE_KUSTOMIZE_ORACLE", "cel-oracle": "RECONCILE_CEL_ORACLE",
         "upstream-tables": "RECONCILE_UPSTREAM_TABLES"}
# The sets of the corpus that are held to the last byte.
CONFORMANCE = ("helm", "helm3", "kustomize", "krusty")


def tail(path, characters=4000):
    with open(path, "rb") as opened:
        return opened.read().decode("utf-8", "replace")[-characters:]


def one_program(run, name, command, seconds):
    """A program that is one case."""
    log = os.path.join(run.logs, f"{name}.log")
    try:
        code = processes.run(command, log, seconds, cwd=run.root)
    except processes.TimedOut as error:
        code = error
    if code == 0:
        run.report.add_passed(1)
    else:
        run.report.add_failed(1, f"{name}: {code}\n{tail(log)}")


def tidy(run):
    one_program(run, "tidy", [sys.executable, "-B", "test/tidy/run"], TIDY_SECONDS)


def check_format(run):
    formatter = shutil.which("clang-format-16")
    if formatter is None:
        run.report.add_skipped(1, "format: clang-format-16 is not installed", True)
        return
    listed = subprocess.run(["git", "-c", f"safe.directory={run.root}", "ls-files", "-z",
                             "*.cpp", "*.hpp"], cwd=run.root, check=True, capture_output=True)
    files = [name for name in listed.stdout.decode().split("\0")
             if name and os.path.exists(os.path.join(run.root, name))]
    one_program(run, "format", [formatter, "--dry-run", "-Werror", "--ferror-limit=5", *files],
                FORMAT_SECONDS)


def sanitizer_variables(run, folder):
    if not run.sanitizer:
        return {"UBSAN_OPTIONS": "print_stacktrace=1"}
    return sanitizers.environment(run.root, run.sanitizer, folder)


def unit(run):
    folder = os.path.join(run.logs, "unit")
    os.makedirs(folder, exist_ok=True)
    environment = {"RECONCILE_CORPUS": run.corpus, **sanitizer_variables(run, folder)}
    programs = [path for path in builds.tests(run.dev_folder) if builds.has_unit_cases(path)]
    selection = "~[.]" if run.has_corpus else "~[.]~[corpus]"
    with concurrent.futures.ThreadPoolExecutor(run.jobs) as pool:
        list(pool.map(lambda program: catch_tests.run(run.report, program, selection,
                                                      UNIT_SECONDS * run.patience, folder,
                                                      environment), programs))
    sanitizers.collect(run.report, "unit", folder)
    if not run.has_corpus:
        count = sum(len(catch_tests.names(program, "[corpus]")) for program in programs)
        run.report.add_skipped(count, f"tables: no corpus in {run.corpus}", False)


def golden(run):
    """Each folder has command.txt: the arguments of one render, and expected.yaml: its bytes."""
    cases = os.path.join(run.root, "fixtures/renderers/monorepo")
    for name in sorted(os.listdir(cases)):
        with open(os.path.join(cases, name, "command.txt"), encoding="utf-8") as opened:
            arguments = shlex.split(opened.read())
        with open(os.path.join(cases, name, "expected.yaml"), "rb") as opened:
            expected = opened.read()
        try:
            done = subprocess.run([run.program, *arguments], capture_output=True, check=False,
                                  cwd=os.path.join(run.root, "fixtures/monorepo"),
                                  timeout=RENDER_SECONDS * run.patience)
        except (OSError, subprocess.TimeoutExpired) as error:
            run.report.add_failed(1, f"golden {name}: {error}")
            continue
        if done.returncode == 0 and done.stdout == expected:
            run.report.add_passed(1)
            continue
        at = next((number for number, (ours, theirs) in enumerate(
            zip(done.stdout.split(b"\n"), expected.split(b"\n")), 1) if ours != theirs), "end")
        run.report.add_failed(1, f"golden {name}: exit {done.returncode}, line {at} differs\n"
                              + done.stderr.decode("utf-8", "replace")[-1000:])


def conformance(run):
    tool = os.path.join(run.root, "../shared/tools/conformance")
    for cases in CONFORMANCE:
        if not os.path.exists(tool):
            run.report.add_skipped(1, f"conformance {cases}: no {tool}", False)
            continue
        log = os.path.join(run.logs, f"conformance-{cases}.log")
        try:
            processes.run([tool, cases, run.program, "--jobs", str(run.jobs)], log,
                          CONFORMANCE_SECONDS * run.patience)
        except processes.TimedOut:
            pass
        counts = re.search(r"^(\d+) passed, (\d+) failed$", tail(log), re.M)
        if counts is None or counts[1] == counts[2] == "0":
            run.report.add_failed(1, f"conformance {cases}: no result\n{tail(log)}")
            continue
        run.report.add_passed(int(counts[1]))
        if int(counts[2]):
            run.report.add_failed(int(counts[2]), f"conformance {cases}\n{tail(log)}")


def start_go_builds(run):
    """The Go builds take minutes: they run beside the compilers from the start."""
    command = f"test/cluster/build && test/peers/build {' '.join(PEERS)}"
    return processes.start(["sh", "-c", command], os.path.join(run.logs, "go-builds.log"),
                           cwd=run.root)


def peer_variables(run):
    """The variables that name the built peers to the tests."""
    printed = subprocess.run([os.path.join(run.root, "test/peers/build"), *PEERS], check=True,
                             timeout=PEER_PATHS_SECONDS, capture_output=True, text=True).stdout
    return dict(zip(PEERS.values(), printed.splitlines(), strict=True))


def start_clusters(run, names):
    """Starts control planes side by side; answers their folders, None where one does not start."""
    started = []
    for name in names:
        folder = os.path.join(run.folder, name)
        log = os.path.join(run.logs, f"control-plane-{name}.log")
        # The control plane leads groups of its own: `up` ends, its programs stay until `down`.
        run.clusters.append(folder)
        up = processes.start([os.path.join(run.root, "test/cluster/up"), folder, "--kwok"], log)
        started.append((folder, log, up))
    failed = [log for _, log, up in started if processes.finish(up, CLUSTER_START_SECONDS) != 0]
    for log in failed:
        run.report.add_failed(1, f"the control plane does not start\n{tail(log)}")
    return None if failed else [folder for folder, _, _ in started]


def end_clusters(run):
    while run.clusters:
        subprocess.run([os.path.join(run.root, "test/cluster/down"), run.clusters.pop()],
                       stdin=subprocess.DEVNULL, check=False)


def cluster_names(program):
    """The control planes that a test executable needs: an environment each where it tests gates,
    one of its own where it breaks them."""
    if os.path.basename(program) == "test_integration_gates":
        return ["dev", "staging", "production"]
    if os.path.basename(program) == "test_integration_faults":
        return ["breakable"]
    return ["cluster"]


def cluster_variables(folders):
    return {"RECONCILE_TEST_CLUSTER": folders[0],
            "RECONCILE_TEST_CLUSTERS": ":".join(folders),
            "RECONCILE_TEST_KUBECONFIG": os.path.join(folders[0], "kubeconfig")}


def has_cases(program, selection):
    try:
        return bool(catch_tests.names(program, selection))
    except (OSError, subprocess.SubprocessError):
        return False  # said when it is to run


def integration(run, go_builds):
    report = run.report
    log = os.path.join(run.logs, "go-builds.log")
    waited = time.monotonic()
    code = processes.finish(go_builds, GO_BUILDS_SECONDS)
    report.add_time("waiting for the Go builds", time.monotonic() - waited)
    if code != 0:
        report.add_failed(1, f"the control plane or the peer does not build\n{tail(log)}")
        return
    folder = os.path.join(run.logs, "integration")
    os.makedirs(folder, exist_ok=True)
    environment = {"RECONCILE_CORPUS": run.corpus, "RECONCILE_BINARY": run.program,
                   **peer_variables(run), **sanitizer_variables(run, folder)}
    selection = "[.integration]" if run.has_corpus else "[.integration]~[corpus]"
    begun = report.passed + report.failed
    names = None
    programs = builds.with_server_cases(
        run.root, [os.path.relpath(path, run.release_folder)
                   for path in builds.tests(run.release_folder)])
    programs = [os.path.join(run.release_folder, path)
                for path in builds.chosen(programs, run.suites)]
    for program in sorted(programs, key=cluster_names):
        if has_cases(program, selection) and cluster_names(program) != names:
            end_clusters(run)
            names = cluster_names(program)
            clusters = start_clusters(run, names)
            if clusters is None:
                return
            environment |= cluster_variables(clusters)
        started = time.monotonic()
        before = report.passed
        catch_tests.run(report, program, selection, INTEGRATION_SECONDS * run.patience, folder,
                        environment)
        sanitizers.collect(report, os.path.basename(program), folder)
        if report.passed > before:
            report.say(f"  {os.path.basename(program)}: {report.passed - before} passed in "
                       f"{time.monotonic() - started:.1f} s")
        if not run.has_corpus:
            left = catch_tests.names(program, "[.integration][corpus]")
            if left:
                report.add_skipped(len(left), f"{os.path.basename(program)}: no corpus", False)
    if report.passed + report.failed == begun:
        report.add_failed(1, f"no integration test ran: are those of {run.release_folder} built?")
