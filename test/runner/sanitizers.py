"""Builds under a sanitizer: their presets, what their programs are told, and what they report."""
import glob
import os
import re

PRESETS = {"thread": "tsan", "address": "dev"}
# How many times longer a program may take than without.
PATIENCE = {"thread": 6, "address": 3}
REPORT = re.compile(r"^(WARNING|FATAL): ThreadSanitizer|^==\d+==\s?ERROR: |: runtime error: ", re.M)
SUMMARY = re.compile(r"^SUMMARY: (.*)$", re.M)
# Stacks are long, and so are the names of templates.
REPORT_LINES, REPORT_COLUMNS = 60, 160


def environment(root, kind, folder):
    """The variables for programs under the sanitizer; their reports become files in `folder`.

    The thread sanitizer goes on after a report, and its programs exit as they would without.
    """
    log = f"log_path={os.path.join(folder, 'sanitizer')}"
    suppressions = os.path.join(root, "test/runner/thread_suppressions.txt")
    return {"RECONCILE_TEST_PATIENCE": str(PATIENCE[kind]),
            "TSAN_OPTIONS": f"{log}:second_deadlock_stack=1:halt_on_error=0:exitcode=0:"
                            f"history_size=4:suppressions={suppressions}",
            # A clock that jumps is preloaded, before the sanitizer's own library.
            "ASAN_OPTIONS": f"{log}:detect_leaks=1:detect_stack_use_after_return=0"
                            ":verify_asan_link_order=0",
            "UBSAN_OPTIONS": f"{log}:print_stacktrace=1"}


def kinds_of_reports(text):
    """What the reports of one file are about, one entry for equal ones."""
    return set(SUMMARY.findall(text)) or set(REPORT.findall(text)[:1]) or {text[:200]}


def shown(text):
    return "\n".join(line[:REPORT_COLUMNS] for line in text.split("\n")[:REPORT_LINES])


def collect(report, name, folder):
    """Counts what the processes of `name`, and those that they started, have reported."""
    seen = set()
    for path in sorted(glob.glob(os.path.join(folder, "sanitizer.*"))):
        with open(path, encoding="utf-8", errors="replace") as opened:
            text = opened.read()
        os.rename(path, os.path.join(folder, f"{name}-{os.path.basename(path)}"))
        fresh = kinds_of_reports(text) - seen if text.strip() else set()
        seen |= fresh
        if fresh:
            report.add_failed(len(fresh), f"{name}: {len(fresh)} reports of the sanitizer\n"
                                          + shown(text))
