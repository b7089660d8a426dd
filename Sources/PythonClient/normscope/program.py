"""Finds the program `normscope`."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from typing import Iterator, Optional, Union

from .errors import ProgramNotFound

Path = Union[str, "os.PathLike[str]"]


def find_program(program: Optional[Path] = None) -> str:
    """The path of the program: `program`, else `$NORMSCOPE_PROGRAM`, else that of the wheel, else
    that on the path.

    Raises `ProgramNotFound` where there is none.
    """
    for named, source in (
        (program, ""),
        (os.environ.get("NORMSCOPE_PROGRAM"), " ($NORMSCOPE_PROGRAM)"),
    ):
        if not named:
            continue
        path = shutil.which(os.fspath(named))
        if path is None:
            raise ProgramNotFound(f"{os.fspath(named)}{source} is not a program that can be run.")
        return path
    for folder in _script_folders():
        path = os.path.join(folder, "normscope")
        # An entry of pip's that is no program of ours cannot be here: the wheel has the only script
        # of that name.
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    found = shutil.which("normscope")
    if found is None:
        raise ProgramNotFound(
            "There is no program normscope beside this Python or on the PATH; install the wheel, "
            "which has it, or name the program in NORMSCOPE_PROGRAM."
        )
    return found


def _script_folders() -> Iterator[str]:
    """The folders into which pip puts programs, this interpreter's first."""
    if sys.executable:
        yield os.path.dirname(sys.executable)
    yield sysconfig.get_path("scripts")
    # `pip install --target` puts programs into a folder beside the packages.
    yield os.path.join(os.path.dirname(os.path.dirname(__file__)), "bin")
    user = f"{os.name}_user"
    if user in sysconfig.get_scheme_names():
        yield sysconfig.get_path("scripts", user)
