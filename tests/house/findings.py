"""What the import contracts cannot say: each function reads a tree and gives its findings, one sentence each."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOMS = {"rules", "models", "queries", "services", "works", "forms", "sheet", "views"}
SHELVES = {"schemes", "conditions", "kinds", "checks"}
NOT_FEATURES = {"kernel", "cli", "migrations", "sample", "translations"}
DUMPS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}
LINES_OF_A_MODULE = 300
LINES_OF_A_FUNCTION = 40
WRITING = {
    "add", "add_all", "delete", "merge", "flush", "commit", "rollback",
    "bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings",
}  # fmt: skip
WRITING_STATEMENTS = {"insert", "update", "delete"}
WRITING_SQL = re.compile(r"\s*(insert|update|delete|replace|drop|alter|create)\b", re.IGNORECASE)
ROUTES = {"route", "get", "post", "put", "patch", "delete"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
INLINE = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE
    ),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(
        r"""\s(on[a-z]+|hx-on[:\w-]*)\s*=\s*["']|javascript:""", re.IGNORECASE
    ),
    "a file from elsewhere": re.compile(
        r"""<(script|link|img|iframe)\b[^>]*\b(src|href)\s*=\s*["'](https?:)?//""", re.IGNORECASE
    ),
}
UNSEEN = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)


def features(root: Path) -> list[Path]:
    """List the floors that hold rooms."""
    return [
        folder
        for folder in sorted((root / "skillhub").glob("*"))
        if folder.is_dir() and folder.name not in NOT_FEATURES and any(folder.rglob("*.py"))
    ]


def modules(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Read every module of SkillHub, written migrations excepted: those are history."""
    for path in sorted((root / "skillhub").rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def at(root: Path, path: Path, line: int, what: str) -> str:
    """Say where something was found."""
    return f"{path.relative_to(root)}:{line}: {what}"


def writes_outside_services(root: Path) -> list[str]:
    """Only services write; the kernel gives them the means."""
    return [
        at(root, path, line, f"{what}: only services write")
        for path, tree in modules(root)
        if path.name != "services.py" and "kernel" not in path.parts
        for line, what in _writes(tree)
    ]


def _writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    statements = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in WRITING_STATEMENTS
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        owner, _, verb = name.rpartition(".")
        if verb in WRITING and owner.split(".")[-1].removesuffix("()") == "session":
            yield node.lineno, name
        elif name in statements or (owner in {"sa", "sqlalchemy"} and verb in WRITING_STATEMENTS):
            yield node.lineno, f"{name}()"
        elif verb == "text" and _first_string(node) and WRITING_SQL.match(_first_string(node)):
            yield node.lineno, "writing SQL"


def _first_string(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def services_without_transaction(root: Path) -> list[str]:
    """Each public verb of a service is one transaction."""
    return [
        at(root, path, node.lineno, f"{node.name} lacks @transaction()")
        for path, tree in modules(root)
        if path.name == "services.py"
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "transaction()" not in map(ast.unparse, node.decorator_list)
    ]


def opened_doors(root: Path) -> list[str]:
    """A feature's views and forms serve that feature and app.py."""
    names = {feature.name for feature in features(root)}
    found = []
    for path, tree in modules(root):
        home = path.relative_to(root / "skillhub").parts[0]
        for line, module in _imports(tree):
            parts = module.split(".")
            private = len(parts) > 2 and parts[0] == "skillhub" and parts[2] in {"views", "forms"}
            if private and parts[1] in names - {home} and home != "app.py":
                found.append(at(root, path, line, f"{'.'.join(parts[:3])} is a private door"))
    return found


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def unknown_rooms(root: Path) -> list[str]:
    """A feature holds the known rooms, at most one shelf, and an __init__ of one sentence."""
    found = []
    for feature in features(root):
        shelves = [folder.name for folder in feature.iterdir() if folder.name in SHELVES]
        if len(shelves) > 1:
            found.append(f"{feature.relative_to(root)}: more than one shelf: {sorted(shelves)}")
        for inside in sorted(feature.iterdir()):
            room = inside.stem if inside.suffix == ".py" else inside.name
            code = inside.suffix == ".py" or (inside.is_dir() and any(inside.rglob("*.py")))
            if code and room not in ROOMS | SHELVES | {"__init__"}:
                found.append(f"{inside.relative_to(root)}: not a known room")
        found += _opening(root, feature / "__init__.py")
    return found


def _opening(root: Path, path: Path) -> list[str]:
    if not path.exists():
        return [f"{path.relative_to(root)}: is missing"]
    body = ast.parse(path.read_text(encoding="utf-8")).body
    plain = len(body) == 1 and isinstance(body[0], ast.Expr)
    return [] if plain else [f"{path.relative_to(root)}: holds one sentence and nothing else"]


def dumps(root: Path) -> list[str]:
    """No file or folder is named after nothing in particular; Flask-Security names its own pages."""
    return [
        f"{path.relative_to(root)}: say what it is about"
        for top in ("skillhub", "tests", "static/js", "static/css", "templates")
        for path in sorted((root / top).rglob("*"))
        if path.stem.lower().strip("_") in DUMPS and path.parent.name != "security"
    ]


def big_rooms(root: Path) -> list[str]:
    """A module and a function fit on a page or a few."""
    found = []
    for path, tree in modules(root):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LINES_OF_A_MODULE:
            found.append(at(root, path, 1, f"{lines} lines: divide the room"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LINES_OF_A_FUNCTION:
                    found.append(at(root, path, node.lineno, f"{node.name} has {lines} lines"))
    return found


def unlisted_variants(root: Path) -> list[str]:
    """A file on a shelf stands in the shelf's list and is named after its code."""
    found = []
    for feature in features(root):
        for shelf in (feature / name for name in sorted(SHELVES) if (feature / name).is_dir()):
            listed = _listed(shelf)
            for path in sorted(shelf.glob("*.py")):
                if path.stem == "__init__":
                    continue
                if path.stem not in listed:
                    found.append(f"{path.relative_to(root)}: not in the list of {shelf.name}")
                if path.stem not in _codes(ast.parse(path.read_text(encoding="utf-8"))):
                    found.append(f"{path.relative_to(root)}: is not named after its code")
    return found


def _listed(shelf: Path) -> set[str]:
    """Find the modules whose names are imported and then used in a list of the shelf."""
    opening = shelf / "__init__.py"
    tree = ast.parse(opening.read_text(encoding="utf-8") if opening.exists() else "")
    used = {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple | ast.List | ast.Dict)
        for name in ast.walk(node)
        if isinstance(name, ast.Name)
    }
    listed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) in used:
                    listed |= {alias.name, (node.module or "").rpartition(".")[2]}
    return listed


def _codes(tree: ast.Module) -> set[str]:
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
    assigned = [
        (node.targets[0] if isinstance(node, ast.Assign) else node.target, node.value)
        for body in bodies
        for node in body
        if isinstance(node, ast.Assign | ast.AnnAssign)
    ]
    named = {
        str(keyword.value.value)
        for _, value in assigned
        if isinstance(value, ast.Call)
        for keyword in value.keywords
        if keyword.arg in {"code", "kind"} and isinstance(keyword.value, ast.Constant)
    }
    return named | {
        str(value.value)
        for target, value in assigned
        if isinstance(target, ast.Name)
        and target.id.lower() in {"code", "kind"}
        and isinstance(value, ast.Constant)
    }


def unmounted_features(root: Path) -> list[str]:
    """A feature with pages or tables stands in app.FEATURES: else its pages are not found, its tables not made."""
    tree = ast.parse((root / "skillhub" / "app.py").read_text(encoding="utf-8"))
    mounted = {
        name.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FEATURES"
        for name in ast.walk(node.value)
        if isinstance(name, ast.Constant)
    }
    return [
        f"{feature.relative_to(root)}: not in app.FEATURES"
        for feature in features(root)
        if feature.name not in mounted
        and any((feature / room).exists() for room in ("views.py", "models.py"))
    ]


def pages_without_rule(root: Path) -> list[str]:
    """Every page says who may open it, directly under its address."""
    found = []
    for path, node, decorators in _views(root):
        last = max(i for i, name in enumerate(decorators) if _is_route(name))
        if not decorators[last + 1 : last + 2] or not decorators[last + 1].startswith("allow("):
            found.append(at(root, path, node.lineno, f"{node.name} lacks @allow under its route"))
    return found


def _views(root: Path) -> Iterator[tuple[Path, ast.FunctionDef, list[str]]]:
    for path, tree in modules(root):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
                if any(map(_is_route, decorators)):
                    yield path, node, decorators


def _is_route(decorator: str) -> bool:
    owner, _, verb = decorator.partition("(")[0].rpartition(".")
    return verb in ROUTES and owner.split("_")[-1] in {"bp", "app", "blueprint", "pages"}


def misnamed_templates(root: Path) -> list[str]:
    """The page `awards.confer` renders `awards/confer….html`, or a fragment `awards/_….html`."""
    found = []
    for feature in features(root):
        path = feature / "views.py"
        if not path.exists():
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        public = [node.name for node in functions if not node.name.startswith("_")]
        for function in functions:
            names = public if function.name.startswith("_") else [function.name]
            fitting = tuple(f"{feature.name}/{name}" for name in [*names, "_"])
            for line, template in _rendered(function):
                if not template.startswith(fitting):
                    what = f"{feature.name}.{function.name} renders {template or 'a computed name'}"
                    found.append(at(root, path, line, what))
                elif not (root / "templates" / template).exists():
                    found.append(at(root, path, line, f"{template} does not exist"))
    return found


def _rendered(function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("render_template"):
            first = node.args[0] if node.args else None
            options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            for option in options:
                yield node.lineno, str(option.value) if isinstance(option, ast.Constant) else ""


def inline_code(root: Path) -> list[str]:
    """No script, style or handler inside a page, nothing loaded from elsewhere: the security policy is strict."""
    found = []
    for path in sorted((root / "templates").rglob("*.html")):
        text = UNSEEN.sub(lambda gone: "\n" * gone[0].count("\n"), path.read_text(encoding="utf-8"))
        for what, pattern in INLINE.items():
            found += [
                at(root, path, text.count("\n", 0, hit.start()) + 1, what)
                for hit in pattern.finditer(text)
            ]
    return found


def unfinished_work(root: Path) -> list[str]:
    """What is not done is an issue, not a remark in the code."""
    return [
        at(root, path, number, "unfinished work belongs in an issue")
        for top in ("skillhub", "templates", "static/css", "static/js", "tests")
        for path in sorted((root / top).rglob("*"))
        if path.suffix in {".py", ".html", ".css", ".js", ".toml"} and "house" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
