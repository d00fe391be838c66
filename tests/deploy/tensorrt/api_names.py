"""Which names of TensorRT the package uses, and the excerpt of them that lies beside.

python tests/deploy/tensorrt/api_names.py SHARED/tensorrt_api

writes `api_surface.json` and `onnx_operators.json` again: names that are used, with the versions
that have them, and operators of the exported graphs, with the types that the parser takes.
"""

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACKAGE = HERE.parents[2] / 'lanedet_mm' / 'deploy' / 'tensorrt'
SURFACE, OPERATORS = HERE / 'api_surface.json', HERE / 'onnx_operators.json'
VERSIONS = ('10.9', '10.16', '11.4')

# 'Builder.create_network' -> {'versions': [...], 'returns': 'INetworkDefinition'}
Surface = dict[str, dict[str, Any]]
Returns = Callable[[str], str | None]
# What an expression is: the module, a class or enum of it, an object of a class, a method.
Kind = tuple[str, str]
Call = tuple[str, int, tuple[str, ...]]  # name, number of positional arguments, keywords


class UsedNames(ast.NodeVisitor):
    """Collects the names that a file takes from `trt` and from objects that come from it.

    Types are followed from constructors, through what methods return, and from annotations.
    """

    def __init__(self, returns: Returns) -> None:
        self.returns = returns
        self.kinds: dict[str, Kind] = {}
        self.names: set[str] = set()
        self.calls: set[Call] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before = dict(self.kinds)
        for argument in [*node.args.args, *node.args.kwonlyargs]:
            self._bind(argument.arg, self._annotated(argument.annotation))
        self.generic_visit(node)
        self.kinds = before

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            self._bind(ast.unparse(target), self._kind(node.value))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        self._bind(ast.unparse(node.target), self._annotated(node.annotation))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._kind(node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = self._kind(node.func)
        if called is not None and called[0] in ('class', 'method'):
            keywords = tuple(str(one.arg) for one in node.keywords)
            self.calls.add((called[1], len(node.args), keywords))
        self.generic_visit(node)

    def _bind(self, name: str, kind: Kind | None) -> None:
        if kind is None:
            self.kinds.pop(name, None)
        else:
            self.kinds[name] = kind

    def _annotated(self, annotation: ast.expr | None) -> Kind | None:
        kind = None if annotation is None else self._kind(annotation)
        return ('object', kind[1]) if kind and kind[0] == 'class' else None

    def _kind(self, node: ast.expr) -> Kind | None:
        if isinstance(node, ast.Name) and node.id == 'trt':
            return ('module', 'trt')
        if ast.unparse(node) in self.kinds:
            return self.kinds[ast.unparse(node)]
        if isinstance(node, ast.Attribute):
            return self._member(self._kind(node.value), node.attr)
        if isinstance(node, ast.Call):
            called = self._kind(node.func)
            if called is not None and called[0] == 'class':
                return ('object', called[1])
            if called is not None and called[0] == 'method':
                found = self.returns(called[1])
                return None if found is None else ('object', found)
        return None

    def _member(self, owner: Kind | None, name: str) -> Kind | None:
        if owner is None or name.startswith('__'):
            return None
        full = name if owner[0] == 'module' else f'{owner[1]}.{name}'
        self.names.add(full)
        return ('class', name) if owner[0] == 'module' else ('method', full)


def used_names(returns: Returns) -> set[str]:
    """Names of TensorRT that the package's files use."""
    return set().union(*(visitor.names for visitor in _visitors(returns)))


def used_calls(returns: Returns) -> set[Call]:
    """Calls of TensorRT in the package's files."""
    return set().union(*(visitor.calls for visitor in _visitors(returns)))


def _visitors(returns: Returns) -> Iterator[UsedNames]:
    for path in sorted(PACKAGE.glob('*.py')):
        visitor = UsedNames(returns)
        visitor.visit(ast.parse(path.read_text()))
        yield visitor


def read_surface() -> Surface:
    """The excerpt."""
    surface: Surface = json.loads(SURFACE.read_text())
    return surface


def returned(surface: Surface) -> Returns:
    """What a method returns, by a surface."""
    return lambda name: surface.get(name, {}).get('returns')


def reference_surface(folder: Path) -> Surface:
    """All names of the three versions' reference files."""
    surface: Surface = {}
    for version in VERSIONS:
        for name, result in _names(json.loads((folder / f'{version}.json').read_text())):
            entry = surface.setdefault(name, {'versions': []})
            entry['versions'].append(version)
            if result:
                entry['returns'] = result
    return surface


def _names(reference: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for enum, members in reference['enums'].items():
        yield enum, None
        yield from ((f'{enum}.{member}', None) for member in members)
    for owner, detail in reference['classes'].items():
        yield owner, None
        for member, entry in detail['members'].items():
            signature = (entry.get('signatures') or [''])[0]
            result = re.search(r'-> (?:[\w.:]*[.:])?(\w+)$', signature)
            yield f'{owner}.{member}', result and result.group(1)


def write_excerpts(folder: Path) -> None:
    """Write both excerpts from the reference files."""
    reference = reference_surface(folder)
    names = used_names(returned(reference))
    surface = {name: reference[name] for name in sorted(names)}
    SURFACE.write_text(json.dumps(surface, indent=1) + '\n')
    table = json.loads((folder / 'onnx_operators_10.0.json').read_text())['operators']
    kept = json.loads(OPERATORS.read_text()) if OPERATORS.is_file() else {}
    operators = {name: table[name]['types'] for name in sorted(kept)}
    OPERATORS.write_text(json.dumps(operators, indent=1) + '\n')


if __name__ == '__main__':
    write_excerpts(Path(sys.argv[1]))
