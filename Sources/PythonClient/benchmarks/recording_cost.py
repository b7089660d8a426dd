#!/usr/bin/env python3
"""Measures what recording every step costs a PyTorch training, beside other trackers.

    recording_cost.py [--rounds 20] [--networks mlp,cnn,resnet18]
                      [--recorders normscope,trackio,wandb,tensorboard]

Every recorder is measured in a process of its own, in which blocks of steps with it and without it
alternate: two equal networks, the same batch, one thread. `var_mean` is the hook that people write
by hand, and records nothing. The peers get the same moments from our hooks: TensorBoard as tensors,
trackio as lists, Weights & Biases (offline) as histograms. `normscope` needs the program, see
$NORMSCOPE_PROGRAM.

The ratio is that of the median steps of two neighboring blocks, median over the rounds, with its
quartiles; `cpu` is the ratio of the user and system time of the whole process with its threads, and
`child` adds that of its child processes, which is where normscope writes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

sys.path.insert(0, str(Path(__file__).parents[1]))

RECORDERS = ["normscope", "var_mean", "trackio", "wandb", "tensorboard"]
#: Seconds between blocks, in which a recorder's thread may finish.
PAUSE = 0.03


class Hooked:
    """The moments of a step from our hooks, for other trackers."""

    def __init__(self, model: Any) -> None:
        from normscope.pytorch import hooks, selection

        self.observations = hooks.Observations(model)
        for name, module, _ in selection.chosen(model, None, None):
            hooks.BatchNormHook(self.observations, name, module, "preactivation").attach()

    def take(self) -> Dict[str, Any]:
        """Vectors by name."""
        vectors = {}
        for hook, _, *values in self.observations.norms.take().parts():
            for what, vector in zip(("mean", "variance", "gamma", "beta"), values):
                vectors[f"{hook.name}/{what}"] = vector
        return vectors


def normscope_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    import normscope

    run = normscope.watch(model, "cost", optimizer=optimizer, db=os.path.join(folder, "runs.db"))
    normscope_step.close = run.finish  # type: ignore[attr-defined]
    return lambda loss: run.step(loss=loss)


def var_mean_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    import torch

    found = []

    def see(module: Any, inputs: Any, output: Any) -> None:
        x = inputs[0].detach()
        axes = [axis for axis in range(x.dim()) if axis != 1]
        found.append(torch.var_mean(x, axes, unbiased=False))

    for module in model.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.register_forward_hook(see)
    return lambda loss: found.clear()


def trackio_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    os.environ["TRACKIO_DIR"] = folder
    import trackio

    hooked = Hooked(model)
    with contextlib.redirect_stdout(sys.stderr):
        trackio.init(project="cost")

    def step(loss: Any) -> None:
        vectors = {name: vector.tolist() for name, vector in hooked.take().items()}
        trackio.log({"loss": loss.item(), **vectors})

    return step


def wandb_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    os.environ.update(WANDB_MODE="offline", WANDB_DIR=folder, WANDB_SILENT="true")
    import wandb

    hooked = Hooked(model)
    run = wandb.init(project="cost")

    def step(loss: Any) -> None:
        vectors = {name: wandb.Histogram(vector) for name, vector in hooked.take().items()}
        run.log({"loss": loss.item(), **vectors})

    return step


def tensorboard_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    import torch
    from torch.utils.tensorboard import SummaryWriter

    hooked = Hooked(model)
    writer = SummaryWriter(folder)
    steps = iter(range(1 << 62))

    def step(loss: Any) -> None:
        number = next(steps)
        writer.add_scalar("loss", loss.item(), number)
        for name, vector in hooked.take().items():
            writer.add_tensor(name, torch.from_numpy(vector), number)

    return step


def measure(network: str, recorder: str, rounds: int) -> Dict[str, Any]:
    """Measures a recorder in this process."""
    import torch
    from networks import NETWORKS

    torch.set_num_threads(1)
    build, steps = NETWORKS[network]
    steps = max(1, steps)
    folder = tempfile.mkdtemp()
    trainers = []
    for records in (False, True):
        torch.manual_seed(0)
        model, x, y = build()
        optimizer = torch.optim.SGD(model.parameters(), 0.05)
        finish = globals()[f"{recorder}_step"](model, optimizer, folder) if records else None
        trainers.append((model, x, y, optimizer, finish))
    times: List[List[float]] = [[], []]
    cpu = [0.0, 0.0]
    for round_number in range(-1, rounds):
        order = (0, 1) if round_number % 2 else (1, 0)
        for which in order:
            before = _cpu(resource.RUSAGE_SELF)
            step_times = _train(*trainers[which], steps)
            time.sleep(PAUSE)
            if round_number >= 0:  # The first round warms up.
                times[which].append(statistics.median(step_times))
                cpu[which] += _cpu(resource.RUSAGE_SELF) - before
    close = getattr(globals()[f"{recorder}_step"], "close", None)
    if close is not None:
        close()
    children = _cpu(resource.RUSAGE_CHILDREN) * rounds / (rounds + 1)
    ratios = [ours / plain for plain, ours in zip(*times)]
    quartiles = statistics.quantiles(ratios, n=4)
    return {
        "network": network,
        "recorder": recorder,
        "microseconds": round(statistics.median(times[0]) * 1e6, 1),
        "with": round(statistics.median(times[1]) * 1e6, 1),
        "ratio": round(statistics.median(ratios), 4),
        "quartiles": [round(quartiles[0], 4), round(quartiles[2], 4)],
        "best": round(min(times[1]) / min(times[0]), 4),
        "cpu": round(cpu[1] / cpu[0], 4),
        "child": round((cpu[1] + children) / cpu[0], 4),
    }


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _train(model: Any, x: Any, y: Any, optimizer: Any, finish: Any, steps: int) -> List[float]:
    from torch.nn.functional import cross_entropy

    times = []
    for _ in range(steps):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        if finish is not None:
            finish(loss)
        times.append(time.perf_counter() - start)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description="The cost of recording every step.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--networks", default="mlp,cnn,resnet18")
    parser.add_argument("--recorders", default=",".join(RECORDERS))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one, options.rounds)))
        sys.stdout.flush()
        os._exit(0)  # Some peers wait for a network at the end.
    for network in options.networks.split(","):
        for recorder in options.recorders.split(","):
            command = [sys.executable, __file__, "--one", network, recorder]
            command += ["--rounds", str(options.rounds)]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            lines = done.stdout.decode().splitlines()
            found = lines[-1] if done.returncode == 0 and lines else None
            if found is None:
                reason = done.stderr.decode().strip().splitlines() or ["no answer"]
                found = json.dumps({"network": network, "recorder": recorder, "error": reason[-1]})
            print(found, flush=True)


if __name__ == "__main__":
    main()
