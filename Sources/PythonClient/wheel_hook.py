"""Puts the program into the wheel, with its platform and the licenses of what is linked into it."""

import os
from pathlib import Path
from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface):  # type: ignore[type-arg]
    """Reads $NORMSCOPE_WHEEL: a folder with `normscope`, `platform` (a tag) and `licenses/`."""

    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        name = os.environ.get("NORMSCOPE_WHEEL")
        if not name:
            return
        folder = Path(name)
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + (folder / "platform").read_text().strip()
        build_data["shared_scripts"][str(folder / "normscope")] = "normscope"
        for license in sorted((folder / "licenses").iterdir()):
            build_data["extra_metadata"][str(license)] = f"licenses/{license.name}"
