#!/usr/bin/env python3
"""Measures what recording every step costs a PyTorch training, beside other trackers.

    recording_cost.py [--rounds 40] [--networks mlp,cnn,resnet18]
                      [--recorders normscope,var_mean,trackio,wandb,tensorboard]
                      [--results FILE]

Every recorder is measured in a process of its own, in which one network trains on one batch, with
one thread. Blocks of steps without the recorder (A) and with it (B) come in the order ABBA, so that
what drifts does not count; in A its hooks are taken from the network, whose memory is the same.
`var_mean` is the hook that people write by hand: mean and variance of what each batch norm reads,
gamma and beta; it records nothing. The peers get the numbers of that hook, all at every step:
trackio and Weights & Biases (offline) as lists, TensorBoard as tensors. `normscope` needs the
program, see $NORMSCOPE_PROGRAM. A peer that is not installed is skipped.

The ratio is B over A of the time of a round of four blocks, median over the rounds, with the
interval that has the true median at 95 % (of ranks, without assumptions). `thread` is the same
ratio of the processor time of the training thread: what the recorder computes there, without what
the training waits for. `cpu` is the ratio of the user and system time of the whole process with its
threads; for normscope with its recorder too, which is a child process.
With `--results` each is added to a file, and the table has all that are in it: a long measurement
can be made in parts.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

sys.path.insert(0, str(Path(__file__).parents[1]))

#: The package of each peer.
MODULES = {"trackio": "trackio", "wandb": "wandb", "tensorboard": "tensorboard"}
#: Seconds between blocks, in which a recorder's thread may finish.
PAUSE = 0.03


class Recorder:
    """What is measured: hooks of a model, and what is called at the end of each step."""

    def attach(self) -> None:
        """Puts the hooks on the model."""

    def detach(self) -> None:
        """Takes them away."""

    def step(self, loss: Any) -> None:
        """Ends a step."""

    def close(self) -> None:
        """Ends the record."""


class Normscope(Recorder):
    def __init__(self, model: Any, optimizer: Any, folder: str) -> None:
        import normscope

        database = os.path.join(folder, "runs.db")
        self._run = normscope.watch(model, "cost", optimizer=optimizer, db=database)
        self._hooks = list(self._run._hooks)
        self.step = self._run.step  # type: ignore[method-assign]
        self.close = self._run.finish  # type: ignore[method-assign]
        self.detach()

    def attach(self) -> None:
        self._run._passes.attach()
        for hook in self._hooks:
            hook.attach()

    def detach(self) -> None:
        self._run._passes.detach()
        for hook in self._hooks:
            hook.detach()


class VarMean(Recorder):
    """The hook that people write by hand: the numbers of each batch norm in a step, by name."""

    def __init__(self, model: Any, optimizer: Any, folder: str) -> None:
        self._model = model
        self._handles: List[Any] = []
        self._found: Dict[str, Any] = {}

    def attach(self) -> None:
        import torch

        for name, module in self._model.named_modules():
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
                self._handles.append(module.register_forward_hook(self._hook(name)))

    def detach(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def step(self, loss: Any) -> None:
        self._found.clear()

    def _hook(self, name: str) -> Callable[..., None]:
        import torch

        def see(module: Any, inputs: Any, output: Any) -> None:
            x = inputs[0].detach()
            axes = [axis for axis in range(x.dim()) if axis != 1]
            variance, mean = torch.var_mean(x, axes, unbiased=False)
            self._found[f"{name}/mean"] = mean
            self._found[f"{name}/variance"] = variance
            self._found[f"{name}/gamma"] = module.weight.detach().clone()
            self._found[f"{name}/beta"] = module.bias.detach().clone()

        return see

    def take(self) -> Dict[str, Any]:
        """Tensors by name."""
        found, self._found = self._found, {}
        return found

    def lists(self) -> Dict[str, List[float]]:
        """Lists by name."""
        return {name: vector.tolist() for name, vector in self.take().items()}


class Trackio(VarMean):
    def __init__(self, model: Any, optimizer: Any, folder: str) -> None:
        super().__init__(model, optimizer, folder)
        os.environ["TRACKIO_DIR"] = folder
        import trackio

        self._log = trackio.log
        with contextlib.redirect_stdout(sys.stderr):
            trackio.init(project="cost")

    def step(self, loss: Any) -> None:
        self._log({"loss": loss.item(), **self.lists()})


class WeightsAndBiases(VarMean):
    def __init__(self, model: Any, optimizer: Any, folder: str) -> None:
        super().__init__(model, optimizer, folder)
        os.environ.update(WANDB_MODE="offline", WANDB_DIR=folder, WANDB_SILENT="true")
        import wandb

        self._run = wandb.init(project="cost")

    def step(self, loss: Any) -> None:
        self._run.log({"loss": loss.item(), **self.lists()})


class TensorBoard(VarMean):
    def __init__(self, model: Any, optimizer: Any, folder: str) -> None:
        super().__init__(model, optimizer, folder)
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(folder)
        self._steps = itertools.count()

    def step(self, loss: Any) -> None:
        number = next(self._steps)
        self._writer.add_scalar("loss", loss.item(), number)
        for name, vector in self.take().items():
            self._writer.add_tensor(name, vector, number)


RECORDERS = {
    "normscope": Normscope,
    "var_mean": VarMean,
    "trackio": Trackio,
    "wandb": WeightsAndBiases,
    "tensorboard": TensorBoard,
}


def measure(network: str, recorder: str, rounds: int) -> Dict[str, Any]:
    """Measures a recorder in this process."""
    import torch
    from networks import NETWORKS

    torch.set_num_threads(1)
    build, steps = NETWORKS[network]
    torch.manual_seed(0)
    model, x, y = build()
    optimizer = torch.optim.SGD(model.parameters(), 0.05)
    measured = RECORDERS[recorder](model, optimizer, tempfile.mkdtemp())
    names = ("wall", "thread", "cpu")
    ratios: Dict[str, List[float]] = {name: [] for name in names}
    microseconds: List[float] = []
    for number in range(-1, rounds):  # The first round warms up.
        spent = {name: [0.0, 0.0] for name in names}
        for records in (0, 1, 1, 0) if number % 2 else (1, 0, 0, 1):
            if records:
                measured.attach()
            before = time.perf_counter(), time.thread_time(), _cpu(resource.RUSAGE_SELF)
            _train(model, x, y, optimizer, measured.step if records else None, steps)
            wall, thread = time.perf_counter(), time.thread_time()
            time.sleep(PAUSE)
            after = wall, thread, _cpu(resource.RUSAGE_SELF)
            for name, start, end in zip(names, before, after):
                spent[name][records] += end - start
            measured.detach()
        if number >= 0:
            microseconds.append(spent["wall"][0] / (2 * steps) * 1e6)
            for name in names:
                ratios[name].append(spent[name][1] / spent[name][0])
    measured.close()
    # The recorder's time, per step with it, over the process's time of a step without it.
    child = _cpu(resource.RUSAGE_CHILDREN) / (2 * steps * (rounds + 1))
    child /= statistics.median(microseconds) / 1e6
    low, high = _interval(ratios["wall"])
    return {
        "network": network,
        "recorder": recorder,
        "microseconds": round(statistics.median(microseconds), 1),
        "ratio": round(statistics.median(ratios["wall"]), 4),
        "interval": [round(low, 4), round(high, 4)],
        "thread": round(statistics.median(ratios["thread"]), 4),
        "cpu": round(statistics.median(ratios["cpu"]) + child, 4),
        "rounds": rounds,
    }


def _interval(ratios: List[float]) -> Tuple[float, float]:
    """The interval between two of the ratios that has their true median at 95 %."""
    ordered = sorted(ratios)
    count = len(ordered)
    below, chance = 0, 0.5**count
    total = chance
    while total <= 0.025 and below < count // 2:
        below += 1
        chance *= (count - below + 1) / below
        total += chance
    # `below` of the lowest are left out: the chance that the median is among them is 2.5 %.
    return ordered[max(below - 1, 0)], ordered[min(count - below, count - 1)]


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _train(model: Any, x: Any, y: Any, optimizer: Any, finish: Any, steps: int) -> None:
    from torch.nn.functional import cross_entropy

    for _ in range(steps):
        optimizer.zero_grad()
        loss = cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        if finish is not None:
            finish(loss=loss)


def table(rows: List[Dict[str, Any]]) -> str:
    """A Markdown table: a row for each recorder, the ratio with its interval for each network."""
    networks = list(dict.fromkeys(row["network"] for row in rows))
    recorders = list(dict.fromkeys(row["recorder"] for row in rows))
    found = {(row["network"], row["recorder"]): row for row in rows}
    lines = ["| |" + "".join(f" {network} | |" for network in networks)]
    lines.append("|---|" + "---|---|" * len(networks))
    plain = []
    for network in networks:
        times = [row["microseconds"] for row in rows if row["network"] == network]
        plain.append(f" {statistics.median(times) / 1000:.3g} ms | |")
    lines.append("| without |" + "".join(plain))
    for recorder in recorders:
        cells = ""
        for network in networks:
            row = found.get((network, recorder))
            if row is None:
                cells += " | |"
            else:
                low, high = row["interval"]
                cells += f" **{row['ratio']:.3f}** ({low:.3f}-{high:.3f})"
                cells += f" | thread {row['thread']:.3f}, cpu {row['cpu']:.2f} |"
        lines.append(f"| {recorder} |{cells}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="The cost of recording every step.")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--networks", default="mlp,cnn,resnet18")
    parser.add_argument("--recorders", default=",".join(RECORDERS))
    parser.add_argument("--results", type=Path, help="a file of all results so far")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one, options.rounds)))
        sys.stdout.flush()
        os._exit(0)  # Some peers wait for a network at the end.
    rows = []
    if options.results is not None and options.results.exists():
        rows = [json.loads(line) for line in options.results.read_text().splitlines()]
    for network in filter(None, options.networks.split(",")):
        for recorder in options.recorders.split(","):
            if recorder in MODULES and importlib.util.find_spec(MODULES[recorder]) is None:
                print(f"{recorder} is not installed, and is skipped.", file=sys.stderr)
                continue
            command = [sys.executable, __file__, "--one", network, recorder]
            command += ["--rounds", str(options.rounds)]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            lines = done.stdout.decode().splitlines()
            if done.returncode != 0 or not lines:
                reason = done.stderr.decode().strip().splitlines() or ["no answer"]
                print(f"{network} with {recorder}: {reason[-1]}", file=sys.stderr)
                continue
            print(lines[-1], file=sys.stderr, flush=True)
            rows.append(json.loads(lines[-1]))
            if options.results is not None:
                with options.results.open("a") as results:
                    results.write(lines[-1] + "\n")
    if rows:
        print(table(rows))


if __name__ == "__main__":
    main()
