"""The start of a run."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, Optional

from . import provenance, values
from .begun import Begun
from .frames import frame
from .plain import settings, to_json
from .program import find_program
from .recorder import Recorder
from .run import Run
from .version import PROTOCOL


def start(
    name: str,
    configuration: Any = None,
    tags: Optional[Mapping[str, Any]] = None,
    db: Any = None,
    resume: Optional[str] = None,
    first_step: Optional[int] = None,
    program: Any = None,
) -> Run:
    """Starts a run, which the program `normscope` records in a process of its own.

    - name: the name of the run.
    - configuration: hyperparameters, by name: a dictionary, a dataclass or an
      `argparse.Namespace`; of anything that JSON has, numpy's scalars, paths and dataclasses.
    - tags: text by key.
    - db: the database's path; by default `$NORMSCOPE_DB`, else `normscope.db` of the working
      directory.
    - resume: the name or id of a run to continue instead of beginning one.
    - first_step: the first step of what follows, with `resume`: that step and later ones are
      recorded anew.
    - program: the program; by default it is looked for, see `normscope.program.find_program`.

    Raises `ProgramNotFound` without a program and `RecorderError`, with the program's sentence,
    where it refuses.
    """
    return Run(begin(name, configuration, tags, db, resume, first_step, program))


def begin(
    name: str,
    configuration: Any = None,
    tags: Optional[Mapping[str, Any]] = None,
    db: Any = None,
    resume: Optional[str] = None,
    first_step: Optional[int] = None,
    program: Any = None,
) -> Begun:
    """Starts the recorder of a run, as `start` does: what a `Run` is made of."""
    message: Dict[str, Any] = {
        "type": "begin",
        "protocol": PROTOCOL,
        "name": values.text("name", name),
    }
    if first_step is not None and resume is None:
        raise ValueError("first_step needs resume: a new run begins at step 0.")
    if first_step is not None:
        first_step = values.whole("first_step", first_step, 0, values.MOST_STEP)
        message["first_step"] = first_step
    message["configuration"] = plain = settings(configuration)
    message["provenance"] = provenance.here()
    if tags:
        message["tags"] = {str(key): str(value) for key, value in tags.items()}
    arguments: List[str] = []
    if db is not None:
        # Joined by "=": a path may begin with a minus sign.
        arguments.append("--db=" + values.text("db", os.fsdecode(db)))
    if resume is not None:
        arguments.append("--resume=" + values.text("resume", resume))
    recorder = Recorder(find_program(program), arguments, name)
    try:
        recorder.send(frame(to_json(message)))
        recorder.wait_for_start()
    except BaseException:
        recorder.release()
        raise
    next_step = first_step if first_step is not None else recorder.started.get("next_step") or 0
    return Begun(recorder, name, plain, next_step)
