#!/usr/bin/env python3
"""Measures what recording every step costs a PyTorch training, beside other trackers.

    recording_cost.py [--rounds 20] [--networks mlp,cnn,resnet18]
                      [--recorders normscope,var_mean,trackio,wandb,tensorboard]
                      [--results FILE]

Every recorder is measured in a process of its own, in which blocks of steps with it and without it
alternate: two equal networks, the same batch, one thread. `var_mean` is the hook that people write
by hand: mean and variance of what each batch norm reads, gamma and beta; it records nothing. The
peers get the numbers of that hook, all at every step: trackio and Weights & Biases (offline) as
lists, TensorBoard as tensors. `normscope` needs the program, see $NORMSCOPE_PROGRAM. A peer that is
not installed is skipped.

The ratio is that of the mean steps of two neighboring blocks, median over the rounds, with its
quartiles. `cpu` is the ratio of the user and system time of the whole process with its threads;
for normscope with its recorder too, which is a child process.
With `--results` each is added to a file, and the table has all that are in it: a long measurement
can be made in parts.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
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
#: The package of each peer.
MODULES = {"trackio": "trackio", "wandb": "wandb", "tensorboard": "tensorboard"}
#: Seconds between blocks, in which a recorder's thread may finish.
PAUSE = 0.03


class VarMean:
    """The hook that people write by hand: the numbers of each batch norm in a step, by name."""

    def __init__(self, model: Any) -> None:
        import torch

        self.found: Dict[str, Any] = {}
        for name, module in model.named_modules():
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
                module.register_forward_hook(self._hook(name))

    def _hook(self, name: str) -> Callable[..., None]:
        import torch

        def see(module: Any, inputs: Any, output: Any) -> None:
            x = inputs[0].detach()
            axes = [axis for axis in range(x.dim()) if axis != 1]
            variance, mean = torch.var_mean(x, axes, unbiased=False)
            self.found[f"{name}/mean"] = mean
            self.found[f"{name}/variance"] = variance
            self.found[f"{name}/gamma"] = module.weight.detach().clone()
            self.found[f"{name}/beta"] = module.bias.detach().clone()

        return see

    def take(self) -> Dict[str, Any]:
        """Tensors by name."""
        found, self.found = self.found, {}
        return found


def normscope_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    import normscope

    run = normscope.watch(model, "cost", optimizer=optimizer, db=os.path.join(folder, "runs.db"))
    normscope_step.close = run.finish  # type: ignore[attr-defined]
    return lambda loss: run.step(loss=loss)


def var_mean_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    hook = VarMean(model)
    return lambda loss: hook.take().clear()


def trackio_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    os.environ["TRACKIO_DIR"] = folder
    import trackio

    hook = VarMean(model)
    with contextlib.redirect_stdout(sys.stderr):
        trackio.init(project="cost")

    def step(loss: Any) -> None:
        lists = {name: vector.tolist() for name, vector in hook.take().items()}
        trackio.log({"loss": loss.item(), **lists})

    return step


def wandb_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    os.environ.update(WANDB_MODE="offline", WANDB_DIR=folder, WANDB_SILENT="true")
    import wandb

    hook = VarMean(model)
    run = wandb.init(project="cost")

    def step(loss: Any) -> None:
        lists = {name: vector.tolist() for name, vector in hook.take().items()}
        run.log({"loss": loss.item(), **lists})

    return step


def tensorboard_step(model: Any, optimizer: Any, folder: str) -> Callable[[Any], None]:
    from torch.utils.tensorboard import SummaryWriter

    hook = VarMean(model)
    writer = SummaryWriter(folder)
    steps = iter(range(1 << 62))

    def step(loss: Any) -> None:
        number = next(steps)
        writer.add_scalar("loss", loss.item(), number)
        for name, vector in hook.take().items():
            writer.add_tensor(name, vector, number)

    return step


def measure(network: str, recorder: str, rounds: int) -> Dict[str, Any]:
    """Measures a recorder in this process."""
    import torch
    from networks import NETWORKS

    torch.set_num_threads(1)
    build, steps = NETWORKS[network]
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
                # Not the median: some work is done once for many steps.
                times[which].append(statistics.mean(step_times))
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
        "cpu": round((cpu[1] + children) / cpu[0], 4),
        "rounds": rounds,
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


def table(rows: List[Dict[str, Any]]) -> str:
    """A Markdown table: a row for each recorder, the ratio with its quartiles for each network."""
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
                low, high = row["quartiles"]
                cells += f" **{row['ratio']:.3f}** ({low:.3f}-{high:.3f}) | cpu {row['cpu']:.2f} |"
        lines.append(f"| {recorder} |{cells}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="The cost of recording every step.")
    parser.add_argument("--rounds", type=int, default=20)
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
