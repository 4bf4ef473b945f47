"""Writes Sources/Martlet/Settings/Classes.swift: the classes of the engine, by family.

A class is whatever conforms to the protocol of its family; nobody has to enter it anywhere.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "Sources" / "Martlet"
DOCUMENT = SOURCES / "Settings" / "Classes.swift"

FAMILIES = {
    "LayerRegistry": "EngineLayer",
    "OptimizerRegistry": "EngineOptimizer",
    "ScheduleRegistry": "ScheduleSettings",
    "LossRegistry": "LossSettings",
    "MetricRegistry": "MetricSettings",
    "InitializerRegistry": "InitializerSettings",
}

_TYPE = re.compile(r"^(?:public )?(?:struct|extension) (\w+): ([\w, ]+) \{", re.MULTILINE)
_PROTOCOL = re.compile(r"^protocol (\w+): ([\w, ]+) \{", re.MULTILINE)

_HEADING = """// Made by scripts/classes.py; do not edit. `make generate` writes it anew.
"""


def document() -> str:
    """The whole file."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.swift")))
    return _HEADING + "".join(
        _listed(registry, protocol, _conforming(text, protocol))
        for registry, protocol in FAMILIES.items()
    )


def _conforming(text: str, protocol: str) -> list[str]:
    """The types that conform to a protocol, or to one that refines it at any distance, by name."""
    kinds, size = {protocol}, 0
    while len(kinds) > size:
        size = len(kinds)
        refined = _PROTOCOL.findall(text)
        kinds |= {name for name, bases in refined if kinds & set(bases.split(", "))}
    found = {name for name, bases in _TYPE.findall(text) if kinds & set(bases.split(", "))}
    return sorted(found)


def _listed(registry: str, protocol: str, names: list[str]) -> str:
    lines = "".join(f"    {name}.self,\n" for name in names)
    return f"""
extension {registry} {{
  static let all: [any {protocol}.Type] = [
{lines}  ]
}}
"""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
