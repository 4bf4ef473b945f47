"""Writes docs/settings.md: every class of the engine with its settings, as it tells them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from martlet._settings import registry

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "settings.md"

_HEADING = """# Settings

Made by `scripts/settings.py` from the tables in Swift, which Python, Swift and the C interface
share (`martlet_registry`). Constructors in Python have these arguments and defaults; beside them,
layers take `name`, `trainable` and `input_shape`, and the rest a `name`."""

_LIMITS = {"minimum": "at least", "above": "above", "maximum": "at most", "below": "below"}


def document() -> str:
    """The whole document."""
    parts = [_HEADING]
    for family, classes in registry().items():
        parts.append(f"## {family.capitalize()}")
        for name, settings in classes.items():
            parts.append(f"### {name}\n\n{_table(settings) if settings else 'No settings.'}")
    return "\n\n".join(parts) + "\n"


def _table(settings: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        f"| `{name}` | {_kind(setting)} | {_default(setting)} | {setting['meaning']} |"
        for name, setting in settings.items()
    ]
    return "\n".join(["| setting | kind | default | meaning |", "| --- | --- | --- | --- |", *rows])


def _kind(setting: Mapping[str, Any]) -> str:
    if setting["kind"] == "choice":
        return ", ".join(f"`{json.dumps(choice)}`" for choice in setting["choices"])
    limits = [f"{word} {setting[key]:g}" for key, word in _LIMITS.items() if key in setting]
    null = ["or `null`"] if setting.get("optional") else []
    return ", ".join([setting["kind"], *limits, *null])


def _default(setting: Mapping[str, Any]) -> str:
    if setting["required"]:
        return "needed"
    value = setting["default"]
    return f"`{json.dumps(value['class'] if isinstance(value, dict) else value)}`"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
