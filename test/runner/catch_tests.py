"""Runs a Catch2 executable and counts its cases. A case that did not report is a failed case."""
import os
import subprocess
import xml.etree.ElementTree as xml

import processes

LIST_SECONDS = 60
FAILURES_SHOWN = 10
LOG_TAIL_CHARACTERS = 3000


def names(program, selection):
    """The names of the chosen cases. Throws OSError and subprocess.SubprocessError."""
    listed = subprocess.run([program, "--list-test-names-only", selection], text=True,
                            capture_output=True, timeout=LIST_SECONDS, check=False)
    if listed.returncode < 0:
        raise subprocess.SubprocessError(f"died of signal {-listed.returncode}: {listed.stderr}")
    return [line for line in listed.stdout.split("\n") if line.strip()]


def parsed_cases(path):
    """The cases of an XML report, also of one that breaks off."""
    parser, cases = xml.XMLPullParser(["end"]), []
    try:
        with open(path, "rb") as report:
            parser.feed(report.read())
    except (xml.ParseError, FileNotFoundError):
        pass
    try:
        for _, element in parser.read_events():
            if element.tag == "TestCase":
                cases.append(element)
    except xml.ParseError:
        pass
    return cases


def explanation(case):
    lines = [f"{case.get('filename')}:{case.get('line')}: {case.get('name')}"]
    for element in case.iter():
        text = (element.text or "").strip()
        if element.tag == "Expression" and element.get("success") == "false":
            lines.append(f"  {element.get('filename')}:{element.get('line')}")
            lines += [f"    {part.tag.lower()}: {(part.text or '').strip()}" for part in element]
        elif element.tag in ("Exception", "FatalErrorCondition", "Failure"):
            lines.append(f"  {element.get('line')}: {element.tag}: {text}")
        elif element.tag in ("Info", "Warning") and text:
            lines.append(f"  {text}")
    return "\n".join(line[:600] for line in lines[:40])


def run(report, program, selection, seconds, folder, environment):
    """Runs the chosen cases of `program`; logs go to `folder`."""
    name = os.path.basename(program)
    try:
        wanted = names(program, selection)
    except (OSError, subprocess.SubprocessError) as error:
        report.add_failed(1, f"{name}: its cases cannot be listed: {error}")
        return
    if not wanted:
        return
    results, log = (os.path.join(folder, f"{name}.{kind}") for kind in ("xml", "log"))
    if os.path.exists(results):
        os.remove(results)
    command = [program, selection, "-r", "xml", "-d", "yes", "-o", results]
    try:
        code = processes.run(command, log, seconds, env={**os.environ, **environment})
        ended = f"exit {code}" if code >= 0 else f"died of signal {-code}"
    except processes.TimedOut as error:
        code, ended = None, str(error)
    cases = parsed_cases(results)
    bad = [case for case in cases if case.find("OverallResult").get("success") != "true"]
    passed = len(cases) - len(bad)
    report.add_passed(passed)
    for case in bad[:FAILURES_SHOWN]:
        report.add_failed(1, f"{name}: {explanation(case)}")
    if len(bad) > FAILURES_SHOWN:
        report.add_failed(len(bad) - FAILURES_SHOWN, f"{name}: more in {results}")
    lost = len(wanted) - len(cases)
    if lost > 0 or (code != 0 and not bad):
        with open(log, "rb") as opened:
            tail = opened.read().decode("utf-8", "replace")[-LOG_TAIL_CHARACTERS:]
        done = {case.get("name") for case in cases}
        first = next((case for case in wanted if case.strip() not in done), "none")
        report.add_failed(max(lost, 1), f"{name} {ended}; first case without a result: "
                                        f"{first.strip()}\n{tail}")
