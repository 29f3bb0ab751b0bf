"""Feeds each rule a sample that breaks it and one that keeps it."""
import rules

TABLE = """
include/reconcile/model:
base/model: include/reconcile/model
base/io: include/reconcile/model
renderers: include/reconcile/model
diff: include/reconcile/model
appliers: include/reconcile/model
sources: include/reconcile/model
engine: include/reconcile
test: include/reconcile renderers
<yaml.h: base/model
"""
HEADER = "#pragma once\n"


def function(lines, name="f"):
    return f"int {name}(int x) {{\n" + "  x += 1;\n" * (lines - 2) + "}\n"


def constructor(lines):
    return ("struct A {\n A(int b) : b_{b},\n c_(1) {\n" + "  call();\n" * (lines - 3)
            + "}\n int b_;\n};\n")


RAW = 'auto text = R"(int f() {\n' + "x\n" * 90 + '})";\n'
LAMBDA = "void f() {\n  run([&] {\n" + "    x();\n" * 80 + "  });\n}\n"
TABLE_DATA = "constexpr Row rows[] = {\n" + "  {1, call(2)},\n" * 90 + "};\n"

# (expected rule or None, path, text)
SAMPLES = [
    ("function-lines", "engine/a.cpp", function(71)), (None, "engine/a.cpp", function(70)),
    ("function-lines", "engine/a.cpp", "namespace a {\nclass B {\n" + function(72) + "};\n}\n"),
    ("function-lines", "engine/a.cpp", constructor(75)), (None, "engine/a.cpp", constructor(60)),
    ("function-lines", "engine/a.cpp", LAMBDA), (None, "engine/a.cpp", RAW),
    (None, "engine/a.cpp", TABLE_DATA),
    (None, "engine/a.cpp", function(40) + function(40, "g")),
    ("file-lines", "engine/a.cpp", "\n" * 401), (None, "engine/a.cpp", "\n" * 400),
    ("file-lines", "include/reconcile/model/a.hpp", HEADER + "\n" * 150),
    ("file-lines", "engine/cli/main.cpp", "\n" * 31), (None, "engine/cli/main.cpp", "\n" * 30),
    ("columns", "engine/a.cpp", "// " + "x" * 98), (None, "engine/a.cpp", "// " + "ä" * 97),
    ("layer", "renderers/a.cpp", '#include "sources/b.hpp"\n'),
    ("layer", "renderers/a.cpp", '  #  include "engine/b.hpp"\n'),
    ("layer", "renderers/a.cpp", '#include "missing.hpp"\n'),
    ("layer", "base/model/a.cpp", '#include "renderers/b.hpp"\n'),
    ("layer", "unknown/a.cpp", ""),
    (None, "renderers/a.cpp", '#include "reconcile/model/b.hpp"\n#include "renderers/b.hpp"\n'),
    (None, "renderers/a.cpp", '// #include "engine/b.hpp"\n'),
    (None, "test/a.cpp", '#include "renderers/b.hpp"\n'),
    ("library", "engine/a.cpp", "#include <yaml.h>\n"), (None, "base/model/a.cpp",
                                                        "#include <yaml.h>\n#include <map>\n"),
    ("library", "include/reconcile/model/a.hpp", HEADER + "#include <fmt/format.h>\n"),
    ("exec", "appliers/a.cpp", "int x = std::system(command);"),
    ("exec", "engine/a.cpp", "if (::fork() == 0) { execvp(a, b); }"),
    ("exec", "engine/a.cpp", "posix_spawn(&child, 0);"),
    (None, "engine/cli/credential_plugin.cpp", "posix_spawnp(&child, 0);"),
    (None, "engine/a.cpp", '// system("x")\nauto a = "system(1)"; file_system(1); b.fork();'),
    ("unsafe-call", "test/a.cpp", "int x = std::rand();"),
    ("unsafe-call", "base/model/a.cpp", "sprintf(a, b);"), (None, "base/model/a.cpp",
                                                           "snprintf(a, 1, b); rng.rand();"),
    ("environment", "base/io/a.cpp", 'std::getenv("HOME");'),
    (None, "engine/cli/a.cpp", 'std::getenv("HOME");'),
    ("clock", "renderers/a.cpp", "auto now = std::chrono::system_clock::now();"),
    ("clock", "diff/a.cpp", "std::time(nullptr);"), ("clock", "diff/a.cpp", "time_t t = time(0);"),
    (None, "base/model/clock.cpp", "std::chrono::system_clock::now();"),
    (None, "renderers/a.cpp", "using T = std::chrono::system_clock::time_point; c.time(1);"),
    ("randomness", "renderers/a.cpp", "std::random_device device;"),
    ("log", "renderers/a.cpp", "std::cout << 1;"), (None, "engine/cli/a.cpp", "std::cout << 1;"),
    ("detached", "engine/a.cpp", "thread.detach();"),
    ("name", "engine/string_util.cpp", ""), ("name", "engine/utils/a.cpp", ""),
    ("name", "base/model/common.hpp", HEADER), (None, "engine/utility_meter.cpp", ""),
    ("name", "engine/a.cpp", "class PassManager {};"), ("name", "engine/a.cpp",
                                                        "namespace a::helpers {}"),
    (None, "engine/a.cpp", "struct FieldManager {}; struct Managed {};"),
    ("unfinished", "engine/a.cpp", "// TO" + "DO: later"), (None, "engine/a.cpp", "// to do it"),
    ("registry", "fixtures/a.yaml", "image: ghcr" + ".io/x/y"),
    (None, "fixtures/a.yaml", "image: registry.example.com/x"),
    ("readme", "deploy/a.yaml", "a: 1"), ("readme", "deploy/README.md", "x\n" * 31),
    (None, "deploy/README.md", "x\n" * 30),
    ("executable", "engine/a", "#!/bin/sh\n"), ("header", "base/model/a.hpp", "int x;"),
]
PRESENT = {"include/reconcile/model/b.hpp": HEADER, "renderers/b.hpp": HEADER,
           "sources/b.hpp": HEADER, "engine/b.hpp": HEADER}


def readmes(paths):
    folders = {path.split("/")[0] for path in paths} & set(rules.TOP_FOLDERS)
    return {folder + "/README.md": "x\n" for folder in folders if folder != "deploy"}


def check(expected, path, text):
    files = {**PRESENT, path: text}
    found = {violation.rule for violation in rules.all_violations(
        rules.Tree({**readmes(files), **files}), TABLE, set()) if violation.path.startswith(
            path.split("/")[0])}
    wanted = {expected} if expected else set()
    if found == wanted:
        return None
    return (f"test/tidy/self_test.py: {path}: expected {sorted(wanted)}, found {sorted(found)} in "
            f"{text[:60]!r}")


def run():
    """The number of samples, and what went wrong with them."""
    wrong = [text for text in (check(*sample) for sample in SAMPLES) if text]
    return len(SAMPLES), wrong
