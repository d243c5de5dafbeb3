"""Counts the public symbols of modules and finds those without a documentation comment and those with unsafe pointers.

usage: api.py SYMBOL_GRAPHS MODULE..., in the root of the repository
"""

import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

SHOWN = 40


def main(directory, modules):
    graphs = {module: read(directory, module) for module in modules}
    documented = {
        name for symbols, _ in graphs.values() for name, symbol in symbols.items() if "docComment" in symbol
    }
    # The prefixes of this package's symbol identifiers.
    own = tuple(f"s:{len(room.name)}{room.name}" for room in Path("Sources").iterdir())
    missing = []
    total = 0
    print(f"{'public':>7}  documented  module")
    for module, (symbols, origins) in graphs.items():
        written = {name: symbol for name, symbol in symbols.items() if is_written(name, symbol)}
        # An implementation of a protocol's requirement inherits its comment; the standard library's all have one.
        bare = [
            name
            for name in written
            if name not in documented
            and not any(origin in documented or not origin.startswith(own) for origin in origins.get(name, ()))
        ]
        missing += sorted(place(written[name]) for name in bare)
        total += len(written)
        print(f"{len(written):7}  {share(len(written) - len(bare), len(written)):>10}  {module}")
    print(f"{total:7}  {share(total - len(missing), total):>10}  all")
    pointers = sorted(
        place(symbol) for symbols, _ in graphs.values() for name, symbol in symbols.items()
        if is_written(name, symbol) and has_pointer(symbol)
    )
    for path, line, name in pointers:
        print(f"{path}:{line} {name}: an unsafe pointer in the public API: use an array, or make it package")
    if not missing:
        return 1 if pointers else 0
    shown = len(missing) if os.environ.get("VERBOSE") == "1" else SHOWN
    print()
    for path, line, name in missing[:shown]:
        print(f"{path}:{line} {name}: no documentation comment")
    if len(missing) > shown:
        print(f"and {len(missing) - shown} more: VERBOSE=1 shows all")
    return 1


def read(directory, module):
    """Returns a module's symbols by identifier, and the requirements' identifiers of symbols that implement them.

    Members that the module adds to types of other modules are in files named module@other.
    """
    symbols = {}
    origins = {}
    for path in [directory / f"{module}.symbols.json", *sorted(directory.glob(f"{module}@*.symbols.json"))]:
        graph = json.loads(path.read_text())
        symbols.update((symbol["identifier"]["precise"], symbol) for symbol in graph["symbols"])
        for relation in graph["relationships"]:
            if "sourceOrigin" in relation:
                origins.setdefault(relation["source"], []).append(relation["sourceOrigin"]["identifier"])
    return symbols, origins


def is_written(name, symbol):
    """Returns whether the symbol is in the source, not provided by the compiler or a protocol's extension."""
    return "::SYNTHESIZED::" not in name and "location" in symbol and place(symbol)[0].exists()


# The view of memory that a data set gives to the engine, so that large data are not copied.
VIEW = "SequenceSamples"


def has_pointer(symbol):
    """Returns whether a declaration other than the view names one of the standard library's unsafe pointers."""
    if symbol["pathComponents"][0] == VIEW:
        return False
    fragments = symbol.get("declarationFragments", [])
    return any(part["spelling"].startswith("Unsafe") and "Pointer" in part["spelling"] for part in fragments)


def place(symbol):
    location = symbol["location"]
    path = Path(unquote(urlparse(location["uri"]).path))
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path, location["position"]["line"] + 1, ".".join(symbol["pathComponents"])


def share(part, whole):
    return f"{100 * part / whole:.0f} %" if whole else "-"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
