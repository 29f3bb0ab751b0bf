"""Reads C++ text as far as the rules need it: without comments and literals, split in functions."""
import re

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\ ]{0,16})\(.*?\)(?P=mark)"'
    r"|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])*'", re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
CONTROL = re.compile(r"^(?:if|for|while|switch|catch|do|else|try|return)\b")
SCOPE = re.compile(r"\b(?:namespace|class|struct|union|extern)\b")


def blank(text):
    """The same characters without the visible ones: lines and columns stay."""
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """Comments are blanked, literals stay."""
    return TOKEN.sub(lambda found: blank(found[0]) if found[0][0] == "/" else found[0], text)


def code_only(text):
    """Comments and the insides of literals are blanked."""
    def replaced(found):
        token = found[0]
        if token[0] == "/":
            return blank(token)
        return token[0] + blank(token[1:-1]) + token[-1]
    return TOKEN.sub(replaced, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def opens_function(header, parents):
    """Whether a brace after `header`, inside `parents`, begins the body of a function."""
    if any(kind != "scope" for kind in parents) or "(" not in header:
        return False
    return not header.endswith("=") and not CONTROL.match(header)


def functions(text):
    """Yields (name, first line, number of lines) of the functions with a body.

    Braces are followed by what stands before them; a lambda counts with its function.
    """
    code = DIRECTIVE.sub(lambda found: blank(found[0]), code_only(text))
    stack, depth, start = [], 0, 0
    for found in re.finditer(r"[{}();]", code):
        sign, at = found[0], found.start()
        if sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "{":
            header = code[start:at].strip()
            parents = [entry[0] for entry in stack]
            if depth == (stack[-1][2] if stack else 0) and opens_function(header, parents):
                kind = "function"
            else:
                kind = "scope" if SCOPE.search(header) and "(" not in header else "other"
            stack.append((kind, start, depth, header))
            start = at + 1
        elif sign == "}" and stack:
            kind, begin, depth, header = stack.pop()
            following = code[at + 1:].lstrip()[:1]
            if kind == "function" and following in (",", "{"):
                start = begin  # `member_{value}, …` before the body of a constructor
                continue
            if kind == "function":
                first = line_of(code, begin + len(code[begin:at]) - len(code[begin:at].lstrip()))
                name = re.search(r"[~\w:]*(?:operator\S*)?(?=\s*\()", header)
                yield name[0] if name else header, first, line_of(code, at) - first + 1
            start = at + 1
        elif sign == ";" and depth == (stack[-1][2] if stack else 0):
            start = at + 1
