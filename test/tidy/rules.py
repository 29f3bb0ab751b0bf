"""The rules. Each takes a tree and yields violations (rule, path, line, message, size or None)."""
import os
import re
import stat
from collections import namedtuple

import source_text

Violation = namedtuple("Violation", "rule path line message size")

FUNCTION_LINES, FILE_LINES, FILE_LINES_EVER = 70, 400, 800
PUBLIC_HEADER_LINES, COLUMNS, MAIN_LINES, README_LINES = 150, 100, 30, 30
SCRIPT_SUFFIXES = (".py", ".sh")
CODE_SUFFIXES = (".cpp", ".hpp")
TOP_FOLDERS = ("base", "sources", "renderers", "diff", "appliers", "engine", "deploy", "test")
PRODUCT = ("base/", "sources/", "renderers/", "diff/", "appliers/", "engine/", "include/")
BAD_NAME = re.compile(r"(?:^|[^a-z])(utils?|helpers?|common|misc|managers?)(?:[^a-z]|$)")
# A class of Kubernetes' or a library's own vocabulary may contain such a word.
TERMS = ("field_manager", "managed_fields", "controller_manager", "cert_manager")
LITERAL = r"(?<![\w.>])(?:::|std::)?"

# (rule, pattern, folders it holds in, files that are excepted, what to use)
CALLS = [
    ("exec", LITERAL + r"(?:system|popen|exec[lv]p?e?|execvpe|fork|vfork|posix_spawnp?)\s*\(",
     PRODUCT, ("engine/cli/credential_plugin.cpp",), "no program is started"),
    ("unsafe-call", LITERAL + r"(?:rand|srand|strcpy|strcat|sprintf|vsprintf|gets|strtok|tmpnam)"
     r"\s*\(", PRODUCT + ("test/",), (), "use the bounded or the thread-safe way"),
    ("environment", LITERAL + r"(?:secure_getenv|getenv|setenv|putenv)\s*\(|\benviron\b",
     PRODUCT, ("engine/cli/",), "only engine/cli reads the environment"),
    ("clock", r"(?:system|steady|high_resolution|utc)_clock\s*::\s*now\b|"
     + LITERAL + r"(?:time\s*\(\s*(?:NULL|nullptr|0|&\w+)\s*\)|clock_gettime\s*\(|"
     r"gettimeofday\s*\(|localtime(?:_r)?\s*\()", ("base/model/", "renderers/", "diff/"),
     ("base/model/clock.cpp",), "time arrives in the request"),
    ("randomness", r"\brandom_device\b|\bRAND_bytes\s*\(|" + LITERAL + r"getrandom\s*\(",
     ("renderers/", "diff/"), (), "entropy arrives in the request"),
    ("log", r"\bstd\s*::\s*(?:cout|cerr|clog)\b|" + LITERAL + r"(?:printf|puts|perror)\s*\(",
     ("base/model/", "sources/", "renderers/", "diff/", "appliers/"), (), "only the edges print"),
    ("detached", r"\.\s*detach\s*\(\s*\)", PRODUCT, (), "every thread is joined"),
]
# Joined at run time so that this file does not contain what it forbids.
WORDS = [
    ("unfinished", re.compile(r"\b(?:%s)\b" % "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")))),
    ("registry", re.compile(r"\b(?:%s)\b" % "|".join(
        ("docker" + r"\.io", "ghcr" + r"\.io", "quay" + r"\.io", "gcr" + r"\.io",
         r"registry\.k8s" + r"\.io", "public" + r"\.ecr\.aws")))),
]


class Tree:
    """The files below a root, given as {path: text}; modes tells which are executable."""

    def __init__(self, files, executable=()):
        self.files, self.executable = files, set(executable)

    @staticmethod
    def read(root, paths):
        files, executable = {}, []
        for path in paths:
            full = os.path.join(root, path)
            if not os.path.isfile(full) or os.path.islink(full):
                continue
            with open(full, "rb") as opened:
                content = opened.read()
            if b"\0" in content[:8000]:
                continue
            files[path] = content.decode("utf-8", "replace")
            if os.stat(full).st_mode & stat.S_IXUSR:
                executable.append(path)
        return Tree(files, executable)

    def code(self):
        return ((path, text) for path, text in self.files.items()
                if path.endswith(CODE_SUFFIXES))

    def scripts(self):
        return ((path, text) for path, text in self.files.items()
                if path.endswith(SCRIPT_SUFFIXES) or text.startswith("#!"))


def line_count(text):
    return text.count("\n") + (not text.endswith("\n") and text != "")


def sizes(tree, tables):
    """`tables` are the files that hold data only: they have no limit of lines."""
    for path, text in list(tree.code()) + list(tree.scripts()):
        lines = line_count(text)
        limit = MAIN_LINES if path.endswith("/main.cpp") else FILE_LINES
        if path.startswith("include/"):
            limit = PUBLIC_HEADER_LINES
        if lines > limit and path not in tables:
            yield Violation("file-lines", path, 1, f"{lines} lines, at most {limit}", lines)
        for at, line in enumerate(text.split("\n"), 1):
            if len(line) > COLUMNS:
                yield Violation("columns", path, at, f"{len(line)} columns, at most {COLUMNS}",
                                None)
    for path, text in tree.code():
        for name, first, lines in source_text.functions(text):
            if lines > FUNCTION_LINES:
                yield Violation("function-lines", path, first,
                                f"{name} has {lines} lines, at most {FUNCTION_LINES}", lines)


def read_layers(text):
    """{folder: allowed prefixes} and {library prefix: folders}."""
    folders, libraries = {}, {}
    for line in text.split("\n"):
        line = line.split("#")[0].strip()
        if not line:
            continue
        left, _, right = line.partition(":")
        (libraries if left.startswith("<") else folders).setdefault(left, []).extend(right.split())
    return folders, libraries


def below(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def layer_of(path, folders):
    held = [folder for folder in folders if below(path, folder)]
    return max(held, key=len) if held else None


def layers(tree, table):
    folders, libraries = read_layers(table)
    for path, text in tree.code():
        own = layer_of(path, folders)
        if own is None:
            yield Violation("layer", path, 1, "its folder has no line in layers.txt", None)
            continue
        bare = source_text.without_comments(text)
        for found in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)', bare, re.M):
            line = source_text.line_of(bare, found.start())
            kind, name = found[1], found[2]
            target = "include/" + name if name.startswith("reconcile/") else name
            if kind == "<" and not name.startswith("reconcile/"):
                yield from library(path, line, name, libraries)
            elif kind == "<":
                yield Violation("layer", path, line, f"expected \"{name}\" in quotes", None)
            elif target not in tree.files and target + ".in" in tree.files:
                continue  # made by CMake
            elif target not in tree.files:
                yield Violation("layer", path, line,
                                f"{name} is not a path from the root of a file that exists", None)
            elif not any(below(target, to) for to in [own] + folders[own]):
                yield Violation("layer", path, line, f"{own} may not include {name}", None)


def library(path, line, name, libraries):
    held = [prefix for prefix in libraries if ("<" + name).startswith(prefix)]
    if path.startswith("test/"):
        return
    third_party = held or ("/" in name and not re.match(r"(?:sys|netinet|arpa|linux|sanitizer)/",
                                                        name))
    if path.startswith("include/") and third_party:
        yield Violation("library", path, line, f"<{name}> in a public header", None)
    elif held:
        allowed = libraries[max(held, key=len)]
        if not any(below(path, folder) for folder in allowed):
            yield Violation("library", path, line,
                            f"<{name}> may be included in {' '.join(allowed)} only", None)


def calls(tree):
    for path, text in tree.code():
        code = source_text.code_only(text)
        for rule, pattern, folders, excepted, instead in CALLS:
            if not path.startswith(folders) or path.startswith(excepted or ("\0",)):
                continue
            for found in re.finditer(pattern, code):
                yield Violation(rule, path, source_text.line_of(code, found.start()),
                                f"{found[0].strip()} is not allowed here: {instead}", None)


def names(tree):
    for path in tree.files:
        if path.startswith("fixtures/"):
            continue
        for part in path.lower().split("/"):
            found = BAD_NAME.search(re.sub("|".join(TERMS), "", part.replace("-", "_")))
            if found:
                yield Violation("name", path, 1, f"named {found[1]}: find the concept", None)
    for path, text in tree.code():
        code = source_text.code_only(text)
        for found in re.finditer(r"\b(?:class|struct|namespace)\s+([\w:]+)", code):
            snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", found[1]).lower().replace("::", "_")
            bad = BAD_NAME.search(re.sub("|".join(TERMS), "", snake))
            if bad:
                yield Violation("name", path, source_text.line_of(code, found.start()),
                                f"{found[1]} is named {bad[1]}: find the concept", None)


def words(tree):
    for path, text in tree.files.items():
        for rule, pattern in WORDS:
            if rule == "registry" and path.endswith((".sum", ".mod")):
                continue
            for found in pattern.finditer(text):
                yield Violation(rule, path, source_text.line_of(text, found.start()),
                                f"{found[0]} must not appear", None)


def form(tree):
    """Read-me files, executable bits, header guards."""
    for folder in TOP_FOLDERS:
        if not any(below(path, folder) for path in tree.files):
            continue
        readme = folder + "/README.md"
        if readme not in tree.files:
            yield Violation("readme", readme, 1, "expected a README.md in the folder", None)
        elif line_count(tree.files[readme]) > README_LINES:
            yield Violation("readme", readme, 1, f"at most {README_LINES} lines",
                            line_count(tree.files[readme]))
    for path, text in tree.files.items():
        if text.startswith("#!") and path not in tree.executable:
            yield Violation("executable", path, 1, "starts with #! and is not executable", None)
        if path in tree.executable and not text.startswith("#!"):
            yield Violation("executable", path, 1, "is executable and has no #! line", None)
        if path.endswith(".hpp") and "#pragma once" not in text:
            yield Violation("header", path, 1, "expected #pragma once", None)


def all_violations(tree, table, tables):
    for part in (sizes(tree, tables), layers(tree, table), calls(tree), names(tree), words(tree),
                 form(tree)):
        yield from part
