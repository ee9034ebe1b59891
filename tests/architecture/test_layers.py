"""Is the house still straight: who may import whom, how large things are, what stays light?"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from source import PACKAGE, ROOT, dotted, imports, modules, tree

from seglib import cli

# A room imports from the lines above its own and, on its own line, from those before it.
LAYERS = (
    ("errors", "table", "result", "registry"),
    ("measures", "scale"),
    ("inference", "change"),
    ("sources", "synth", "models"),
    ("language", "disclosure", "claims"),
    ("figures",),
    ("report", "training", "workbench", "lab"),
    ("cli", "__main__"),
)
RANK = {
    room: (layer, place) for layer, rooms in enumerate(LAYERS) for place, room in enumerate(rooms)
}
BARE = {"bootstrap": {"errors"}}  # runs before anything is installed
DRAWING = ("matplotlib", "seaborn")
GEOMETRY = ("geopandas", "shapely", "pyogrio", "pyproj")
NETWORK = ("requests", "httpx", "aiohttp", "socket", "urllib.request", "http.client", "ftplib")
NETWORK += ("urllib3", "pooch", "cbsodata", "ssl", "smtplib", "asyncio", "websockets")
NO_SUBJECT = {"utils", "util", "helpers", "common", "misc", "core", "base", "tools"}


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def rooms_imported(path: Path) -> set[tuple[int, str]]:
    """Line and room of each import from seglib itself."""
    found = set()
    for line, module, name in imports(path):
        if module == "seglib" and name:
            found.add((line, name))
        elif module.startswith("seglib."):
            found.add((line, room_of(module)))
    return found


def allowed(room: str, other: str) -> bool:
    if room == other:
        return True
    if room in BARE:
        return other in BARE[room]
    if other == "bootstrap":
        return room == "cli"
    return RANK[other] < RANK[room]


def test_every_room_has_a_layer():
    rooms = {room_of(dotted(path)) for path in modules()} - {""}
    assert rooms <= {*RANK, *BARE}


def test_a_module_imports_only_from_layers_below_it():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {other}"
        for path in modules()
        if (room := room_of(dotted(path)))
        for line, other in sorted(rooms_imported(path))
        if not allowed(room, other)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("forbidden", "below"), [(DRAWING, "figures"), (GEOMETRY, "sources")], ids=["draw", "map"]
)
def test_lower_layers_neither_draw_nor_map(forbidden, below):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in modules()
        if (room := room_of(dotted(path))) in RANK and RANK[room] < RANK[below]
        for line, module, _ in imports(path)
        if module.split(".")[0] in forbidden
    ]
    assert wrong == []


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh Python holds after running this code."""
    code += "; import sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import seglib", ("numpy", "numba", "pandas", *DRAWING, *GEOMETRY)),
        ("import seglib.measures, seglib.inference, seglib.change", (*DRAWING, *GEOMETRY)),
        ("import seglib.scale.nesting", (*DRAWING, *GEOMETRY)),
        ("from seglib import load_counts", DRAWING),
        ("import seglib.claims, seglib.language, seglib.disclosure", DRAWING),
    ],
    ids=["seglib", "measures", "scale", "load_counts", "voice"],
)
def test_what_is_heavy_loads_only_where_it_is_needed(code, absent):
    assert loaded_after(code) & set(absent) == set()


def test_the_network_is_reached_in_sources_fetch_only():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in modules()
        if dotted(path) not in ("seglib.sources.fetch", "seglib.sources.fetch_statline")
        for line, module, name in imports(path)
        if {module, module.split(".")[0], f"{module}.{name}"} & set(NETWORK)
    ]
    assert wrong == []


def test_underscore_names_stay_in_their_module():
    wrong = []
    for path in modules():
        ours = set()
        for line, module, name in imports(path):
            if not module.startswith("seglib"):
                continue
            if name and name.startswith("_") and not name.startswith("__"):
                wrong.append(f"{path.relative_to(ROOT)}:{line} takes {name} from {module}")
            ours.add(name or module.split(".")[-1])
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in ours
                and node.attr.startswith("_")
                and not node.attr.startswith("__")
                and dotted(path) != f"seglib.{node.value.id}"
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} reads {ast.unparse(node)}")
    assert wrong == []


def test_a_module_is_called_by_its_subject():
    names = {part.removesuffix(".py") for path in modules() for part in path.parts}
    assert names & NO_SUBJECT == set()


def test_module_size_stays_within_400_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_package_size_stays_an_afternoon_of_reading():
    size = cli.package_size(PACKAGE)
    assert {part for part in size if size[part] > cli.LIMITS[part]} == set()


def test_function_size_stays_within_40_lines_of_code():
    long = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body and body[-1].end_lineno - body[0].lineno >= 40:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert long == []
