"""Reads recorded runs back: vectors by sqlite3, everything that the program computes by the
program.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
import subprocess
from contextlib import closing
from fnmatch import fnmatchcase
from numbers import Integral
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from . import arrow
from .errors import NotRecorded, ProgramError
from .moments import Moments
from .program import find_program
from .sealing import show_unsealed
from .table import table

#: Exit codes of the program: the command line is wrong; something is not there.
_USAGE = 64
_MISSING = 66

#: The taps in the order in which a layer computes them.
_TAPS = ("input", "preactivation", "activation", "normalized")


class Database:
    """The runs of a database: `database["resnet18"]` is one of them."""

    def __init__(self, path: Any = None, program: Any = None) -> None:
        chosen = os.environ.get("NORMSCOPE_DB") or "normscope.db" if path is None else path
        #: The path of the database.
        self.path = os.fspath(chosen)
        if not os.path.exists(self.path):
            raise FileNotFoundError(f"There is no database {self.path}.")
        self._program = find_program(program)

    def __getitem__(self, name: str) -> "RecordedRun":
        """The run of that name or beginning of an id, `latest`, or `latest~1` for the one before.

        Raises `NotRecorded`, a `KeyError`, with the program's sentence where there is none.
        """
        if not isinstance(name, str) or not name:
            raise NotRecorded(f"A run has a name or an id, which is text, not {name!r}.")
        rows = self._ask(["show"], name)["rows"]
        return RecordedRun(self, next(row for row in rows if row["record"] == "run"))

    def runs(self) -> Any:
        """A table of all runs."""
        return table(self._ask(["runs"]))

    def __iter__(self) -> Iterator[str]:
        """The ids of the runs, the oldest first."""
        for (uuid,) in self._rows("SELECT uuid FROM run WHERE deleted_at IS NULL ORDER BY id"):
            yield uuid

    def __contains__(self, name: object) -> bool:
        """Whether `database[name]` is a run."""
        try:
            return self[name] is not None  # type: ignore[index]
        except KeyError:
            return False

    def __len__(self) -> int:
        """The number of runs."""
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"<database {self.path}>"

    def _ask(self, arguments: List[str], *names: str) -> Dict[str, Any]:
        """The program's answer as JSON; raises `NotRecorded`, `ValueError` or `ProgramError`."""
        process = subprocess.run(
            # Names come after "--": they may begin with a minus sign.
            [self._program, *arguments, f"--db={self.path}", "--format=json", "--", *names],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if process.returncode == 0:
            answer: Dict[str, Any] = json.loads(process.stdout)
            return answer
        sentence = process.stderr.decode("utf-8", "replace").strip()
        if sentence.startswith("normscope: "):
            sentence = sentence[len("normscope: ") :]
        errors = {_MISSING: NotRecorded, _USAGE: ValueError}
        raise errors.get(process.returncode, ProgramError)(sentence)

    def _rows(self, query: str, values: Tuple[Any, ...] = ()) -> List[sqlite3.Row]:
        with closing(self._connect()) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        uri = Path(self.path).resolve().as_uri() + "?mode=ro"
        connection = sqlite3.connect(uri, uri=True)
        show_unsealed(connection)
        return connection


class RecordedRun:
    """A run of a database, as it was when it was asked for."""

    def __init__(self, database: Database, shown: Dict[str, Any]) -> None:
        self._database = database
        #: What the program shows of the run: status, configuration, provenance, figures.
        self.summary = {key: value for key, value in shown.items() if value is not None}
        #: Its id, name, status and configuration.
        self.id: str = shown["run"]
        self.name: str = shown["run_name"]
        self.status: str = shown["status"]
        self.configuration: Dict[str, Any] = shown["configuration"]

    def __repr__(self) -> str:
        return f"<run {self.id[:8]} ({self.name}): {self.status}>"

    def layers(self) -> Any:
        """A table of the recorded tensors: layer, name, tap, population, statistics, units."""
        return table({"rows": [_described(site) for site in self._sites()]})

    def moments(
        self,
        layer: Union[int, str],
        tap: Optional[str] = None,
        population: Optional[str] = None,
        statistics: Optional[str] = None,
        first: Optional[int] = None,
        last: Optional[int] = None,
    ) -> Moments:
        """The moments of a tensor at every recorded step, or from step `first` to step `last`.

        - layer: its number or name.
        - tap, population, statistics: by default `batch`, what batch norm reads (`preactivation`,
          else `input`), and `batch`; the attribute `tensor` says which tensor it is.

        Raises `NotRecorded`, which lists the tensors of the layer, where none matches.
        """
        site = self._site(layer, tap, population, statistics)
        rows = self._database._rows(
            """SELECT step, count, non_finite_count, mean, variance, gamma, beta
            FROM moment LEFT JOIN affine ON affine.moment = moment.id
            WHERE site = ? AND step BETWEEN ? AND ? ORDER BY step""",
            (site["id"], *_range(first, last)),
        )
        return Moments(_described(site), [tuple(row) for row in rows])

    def steps(self) -> Any:
        """A table of the training steps: loss, accuracy, learning_rate, batch_size, duration."""
        return self._recorded("step", "step")

    def evaluations(self) -> Any:
        """A table of the evaluations: step, split, statistics, loss, accuracy, count."""
        return self._recorded("evaluation", "step, split, statistics")

    def to_arrow(
        self,
        table: str = "moment",
        layer: Union[int, str, None] = None,
        tap: Optional[str] = None,
        population: Optional[str] = None,
        statistics: Optional[str] = None,
        first: Optional[int] = None,
        last: Optional[int] = None,
    ) -> Any:
        """Recorded data as a table of pyarrow, with the columns of `normscope export --table`.

        - table: `moment` has a row for each tensor and step, with `mean`, `variance`, `gamma`,
          `beta`, `skewness` and `kurtosis` as lists of float32, null where there are none; others
          are `batch_noise`, `quantile`, `step` and `evaluation`.
        - layer: a number, a name or a pattern such as `layer3.*`; by default all.
        - tap, population, statistics: by default all.
        - first, last: the first and the last step.

        pandas, polars and duckdb take the table as it is. Raises `ImportError` without pyarrow,
        `NotRecorded` where no tensor matches, `ValueError` for another table.
        """
        made, sources = self._sources(table, layer, tap, population, statistics)
        with closing(self._database._connect()) as connection:
            rows = arrow.rows(made, sources, _range(first, last), connection)
            return arrow.table(made, rows)

    def to_parquet(
        self,
        path: Any,
        table: str = "moment",
        layer: Union[int, str, None] = None,
        tap: Optional[str] = None,
        population: Optional[str] = None,
        statistics: Optional[str] = None,
        first: Optional[int] = None,
        last: Optional[int] = None,
    ) -> None:
        """Writes what `to_arrow` answers into a Parquet file, with little memory for any run.

        The file is replaced when the new one is complete.
        """
        made, sources = self._sources(table, layer, tap, population, statistics)
        with closing(self._database._connect()) as connection:
            rows = arrow.rows(made, sources, _range(first, last), connection)
            arrow.write_parquet(path, made, rows)

    def shift(self, **options: Any) -> Any:
        """A table of how far each layer's distribution moved: the program's command `shift`.

        `options` are the command's, with underscores: `layer="layer3.*"`, `measure=["nw2"]`,
        `population="batch"`, `reference="previous"`, `points=10`. Notes are in `attrs` of the
        frame. Raises `NotRecorded` for a layer that is not there, `ValueError` for a wrong option.
        """
        return self.ask("shift", **options)

    def health(self, **options: Any) -> Any:
        """A table of dead units, gaps of the running statistics and more: the command `health`."""
        return self.ask("health", **options)

    def events(self, **options: Any) -> Any:
        """A table of what happened to the run: the command `events`."""
        return self.ask("events", **options)

    def ask(self, command: str, **options: Any) -> Any:
        """A table of what a command of the program answers about this run."""
        return table(self._database._ask([command, *_arguments(options)], self.id))

    def _recorded(self, name: str, order: str) -> Any:
        rows = self._database._rows(
            f"""SELECT {name}.* FROM {name} JOIN run ON run.id = {name}.run
            WHERE uuid = ? ORDER BY {order}""",
            (self.id,),
        )
        return table({"rows": [_figures(dict(row)) for row in rows]})

    def _sites(self) -> List[Dict[str, Any]]:
        rows = self._database._rows(
            """SELECT site.* FROM site JOIN run ON run.id = site.run WHERE uuid = ?
            ORDER BY layer, population, tap, statistics""",
            (self.id,),
        )
        return [dict(row) for row in rows]

    def _sources(
        self,
        name: str,
        layer: Union[int, str, None],
        tap: Optional[str],
        population: Optional[str],
        statistics: Optional[str],
    ) -> Tuple[arrow.ArrowTable, List[arrow.Source]]:
        """A table and what its rows are read from: the run, or the tensors that match."""
        table = arrow.named(name)
        wanted = {"tap": tap, "population": population, "statistics": statistics}
        run = (self.id, self.name)
        if not table.is_of_site:
            if layer is not None or any(value is not None for value in wanted.values()):
                raise ValueError(f"The rows of the table {name} are of no layer or tensor.")
            ((id,),) = self._database._rows("SELECT id FROM run WHERE uuid = ?", (self.id,))
            return table, [arrow.Source(run, id)]
        sites = (
            self._sites()
            if layer is None
            else [site for site in self._sites() if _is_of(layer, site)]
        )
        if layer is not None and not sites:
            raise self._no_layer(layer)
        found = _matching(sites, wanted)
        if sites and not found:
            raise NotRecorded(f"Run {self.name} has no such tensor; there are {_listed(sites)}.")
        keys = ("layer", "layer_name", "tap", "population", "statistics")
        found.sort(key=lambda site: (site["layer"], _TAPS.index(site["tap"])))
        return table, [
            arrow.Source((*run, *(site.get(key) for key in keys)), site["id"]) for site in found
        ]

    def _no_layer(self, layer: Union[int, str]) -> "NotRecorded":
        return NotRecorded(f"Run {self.name} has no layer {layer}; layers() lists those recorded.")

    def _site(
        self,
        layer: Union[int, str],
        tap: Optional[str],
        population: Optional[str],
        statistics: Optional[str],
    ) -> Dict[str, Any]:
        if isinstance(layer, bool) or not isinstance(layer, (str, Integral)):
            raise NotRecorded(f"A layer is its number or its name, not {layer!r}.")
        key = "layer_name" if isinstance(layer, str) else "layer"
        sites = [site for site in self._sites() if site.get(key) == layer]
        wanted = {"tap": tap, "population": population, "statistics": statistics}
        found = _matching(sites, wanted)
        if found:
            return min(found, key=_preference)
        if not sites:
            raise self._no_layer(layer)
        raise NotRecorded(f"Layer {layer} has no such tensor; there are {_listed(sites)}.")


def _range(first: Optional[int], last: Optional[int]) -> Tuple[int, int]:
    """The steps that are asked for."""
    return (0 if first is None else int(first), (1 << 62) if last is None else int(last))


def _is_of(layer: Union[int, str], site: Dict[str, Any]) -> bool:
    """Whether a tensor is of a layer of that number, name or pattern."""
    if isinstance(layer, bool) or not isinstance(layer, (str, Integral)):
        raise NotRecorded(f"A layer is its number or its name, not {layer!r}.")
    if not isinstance(layer, str):
        return bool(site["layer"] == layer)
    name = site.get("layer_name")
    return name is not None and (name == layer or fnmatchcase(name, layer))


def _matching(
    sites: List[Dict[str, Any]], wanted: Dict[str, Optional[str]]
) -> List[Dict[str, Any]]:
    """The tensors that have what is wanted."""
    return [
        site
        for site in sites
        if all(value is None or site[name] == value for name, value in wanted.items())
    ]


def _listed(sites: List[Dict[str, Any]]) -> str:
    """The coordinates that tensors have, each once."""
    return "; ".join(
        dict.fromkeys(
            f"tap {site['tap']}, population {site['population']}, statistics {site['statistics']}"
            for site in sites
        )
    )


def _preference(site: Dict[str, Any]) -> Tuple[int, ...]:
    """The default tensor comes first: of the training batch, what batch norm reads."""
    return tuple(
        values.index(site[name]) if site[name] in values else len(values)
        for name, values in (
            ("population", ["batch"]),
            ("tap", ["preactivation", "input", "activation"]),
            ("statistics", ["batch", "none"]),
        )
    )


def _figures(row: Dict[str, Any]) -> Dict[str, Any]:
    """A row without its run and its marks of NaN, which SQLite stores as NULL."""
    marks = [key for key in row if key.endswith("_is_nan")]
    marked = {mark[: -len("_is_nan")] for mark in marks if row[mark]}
    return {
        key: math.nan if key in marked else value
        for key, value in row.items()
        if key != "run" and key not in marks
    }


def _described(site: Dict[str, Any]) -> Dict[str, Any]:
    """What a tensor is, in the words of `Run.tensor`."""
    shape = site.get("shape")
    return {
        "layer": site["layer"],
        "name": site.get("layer_name"),
        "kind": site.get("layer_kind"),
        "shape": None if shape is None else json.loads(shape),
        "tap": site["tap"],
        "population": site["population"],
        "statistics": site["statistics"],
        "units": site["width"],
        "epsilon": site["epsilon"],
        "activation": site.get("activation"),
    }


def _arguments(options: Dict[str, Any]) -> List[str]:
    arguments = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            arguments.append(option)
        elif value is not None and value is not False:
            several = isinstance(value, (list, tuple))
            # Joined by "=": a value may begin with a minus sign.
            arguments.append(f"{option}={','.join(map(str, value)) if several else value}")
    return arguments
