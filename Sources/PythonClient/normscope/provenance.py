"""Where a run comes from."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from typing import Any, Dict, Optional

from .version import __version__

#: The libraries whose versions are recorded where the script has imported them.
_LIBRARIES = (
    "torch",
    "torchvision",
    "lightning",
    "pytorch_lightning",
    "transformers",
    "jax",
    "flax",
    "keras",
    "tensorflow",
    "numpy",
)


def here() -> Dict[str, Any]:
    """The versions, the machine, the script and its arguments, and the commit of the working
    directory.
    """
    libraries = {}
    for name in _LIBRARIES:
        version = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(version, str):
            libraries[name] = version
    found = {
        "version": __version__,
        "client": "python",
        "python": platform.python_version(),
        "host": platform.node(),
        "operating_system": platform.platform(),
        "script": sys.argv[0] if sys.argv else "",
        "arguments": sys.argv[1:],
        "libraries": libraries,
        "git_commit": _commit(),
    }
    return {key: value for key, value in found.items() if value is not None}


def _commit() -> Optional[str]:
    try:
        process = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=5,
            cwd=os.getcwd(),
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return process.stdout.decode("ascii", "replace").strip() or None
