#!/usr/bin/env python3
"""Repeats published and measured experiments on batch normalization by the program alone, and says what came out.

usage: reproduce.py [--program .build/release/normscope] [--folder DIR] [--seeds 3] [EXPERIMENT ...]

Each experiment records runs into a database of its own in the folder (a temporary one unless it is named) and asks the
program about them. A line tells what was measured, what was expected, and whether it was met; the exit code is 1 where
something was not. All of them take some minutes; those on Fashion-MNIST need Debian's package dataset-fashion-mnist and
are left out, which is said, where that is missing. Nothing but Python's standard library is used.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

FASHION = "/usr/share/datasets/fashion-mnist"


class Laboratory:
    """The program, a folder, and what was found."""

    def __init__(self, program, folder, seeds):
        self.program, self.folder, self.seeds = program, folder, seeds
        self.database, self.missed = None, 0

    def begin(self, name, title):
        self.database = os.path.join(self.folder, name + ".db")
        print(f"\n{name}: {title}", flush=True)

    def ask(self, *arguments):
        command = [self.program, *map(str, arguments), "--db", self.database]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def rows(self, *arguments, record=None):
        rows = json.loads(self.ask(*arguments, "--format", "json"))["rows"]
        return [row for row in rows if record is None or row["record"] == record]

    def record(self, name, *options):
        self.ask("record", "--name", name, *options)

    def accuracy(self, run, kind):
        found = [e for e in self.rows("show", run, record="evaluation") if e["statistics"] == kind]
        return found[0]["accuracy"]

    def last_loss(self, run):
        return self.rows("show", run, record="run")[0]["loss"]

    def note(self, what, value, criterion, is_met):
        self.missed += not is_met
        print(f"  {'met   ' if is_met else 'MISSED'} {what}: {value} (expected {criterion})", flush=True)


def number(value):
    return f"{value:.4g}"


def numbers(values):
    return " ".join(number(value) for value in values)


def r1(lab):
    lab.begin("R1", "exact properties")
    lab.record("bn", "--layers", "16,16,16", "--steps", 101, "--gradient-shift-every", 25)
    shifts = [row for row in lab.rows("gradients", "bn") if row["layer"] == 1]
    largest = max(row["difference_norm"] for row in shifts)
    lab.note("gradient shift of layer 1, largest", number(largest), "0", bool(shifts) and largest == 0)
    check = subprocess.run([lab.program, "db", "check", "--db", lab.database], capture_output=True, text=True)
    lab.note("batch norm's outputs and everything else that is stored", check.stdout.strip().splitlines()[-1],
             "no faults", check.returncode == 0)


def r4(lab):
    lab.begin("R4", "batch norm reduces or increases shift, by how it is measured (Ioffe and Szegedy 2015, figure 1)")
    for seed in range(1, lab.seeds + 1):
        options = ["--data", "fashion-mnist", "--layers", "100,100,100", "--activation", "sigmoid", "--learning-rate", 0.1,
                   "--batch-size", 60, "--steps", 10000, "--probe", 2000, "--probe-every", 100, "--init", "normal:0.05",
                   "--evaluate-every", 10000, "--record-every", 100, "--noise-every", 0, "--seed", seed]
        lab.record(f"none-{seed}", *options, "--norm", "none")
        lab.record(f"batch-{seed}", *options, "--norm", "batch")

        def path(run, tap, mode=None):
            arguments = ["trajectory", run, "--layer", 3, "--tap", tap, "--every", 100]
            return lab.rows(*arguments, *(["--statistics", mode] if mode else []))[0]["path_length"]

        plain, before = path(f"none-{seed}", "preactivation"), path(f"batch-{seed}", "preactivation")
        batch = path(f"batch-{seed}", "normalized", "batch")
        running = path(f"batch-{seed}", "normalized", "running")
        print(f"  seed {seed}: W2 path of the last hidden layer, median unit: no norm {number(plain)}; batch norm, its input "
              f"{number(before)}, output by the probe's own statistics {number(batch)}, by running ones {number(running)}")
        lab.note("own statistics / no norm", number(batch / plain), "at most 0.2", batch <= plain / 5)
        lab.note("running statistics / no norm", number(running / plain), "at least 2", running >= 2 * plain)


def noise(lab, run):
    # The last step of each layer, which says the noise of its site.
    return lab.rows("shift", run, "--population", "batch", "--points", 1)


def r7(lab):
    lab.begin("R7", "the noise law: Var(batch mean) = σ²/m for independent rows")
    sizes = [2, 4, 16, 64, 256, 1024]
    points = []
    for size in sizes:
        lab.record(f"m-{size}", "--layers", "64,64", "--norm", "none", "--activation", "relu", "--data", "fashion-mnist",
                   "--batch-size", size, "--steps", 1, "--probe", 0, "--noise-every", 1, "--noise-batches", 400)
        rho = noise(lab, f"m-{size}")[1]["rho"]
        points.append((math.log(size), math.log(rho / size)))
        print(f"  m = {size}: m·Var(batch mean)/σ² = {number(rho)}, median unit of layer 2")
    slope = statistics.linear_regression(*zip(*points)).slope
    lab.note("slope of log Var(batch mean) over log m", number(slope), "-1.05 to -0.95", -1.05 <= slope <= -0.95)


def r8(lab):
    lab.begin("R8", "rho = m·Var(batch mean)/σ² behind a batch norm")
    for seed in range(1, lab.seeds + 1):
        for norm in ["none", "batch"]:
            name = f"{norm}-{seed}"
            lab.record(name, "--data", "fashion-mnist", "--layers", "100,100,100", "--activation", "relu", "--init", "he",
                       "--norm", norm, "--batch-size", 60, "--steps", 1001, "--noise-every", 1000, "--noise-batches", 400,
                       "--probe", 0, "--evaluate-every", 10000, "--seed", seed)
            rho = [layer["rho"] for layer in noise(lab, name)[:3]]
            if norm == "none":
                lab.note(f"seed {seed}, no norm, layers 1 to 3", numbers(rho), "0.85 to 1.15",
                         all(0.85 <= r <= 1.15 for r in rho))
            else:
                lab.note(f"seed {seed}, batch norm, layer 1", number(rho[0]), "0.85 to 1.15", 0.85 <= rho[0] <= 1.15)
                lab.note(f"seed {seed}, batch norm, layers 2 and 3", numbers(rho[1:]), "at most 0.05",
                         all(r <= 0.05 for r in rho[1:]))


def medians(lab, run, layer, key, first, last):
    rows = lab.rows("gradients", run, "--layer", layer)
    return statistics.median(row[key] for row in rows if first <= row["step"] <= last)


def r9(lab):
    lab.begin("R9", "gradient shift at steps 800 to 1200, medians, layers 3 and 5 of 5 hidden ones (Santurkar et al. 2018)")
    for activation, rate, init in [("sigmoid", 0.5, "normal:0.05"), ("relu", 0.1, "he")]:
        for seed in range(1, lab.seeds + 1):
            cosines, relative, accuracies = {}, {}, {}
            for norm in ["none", "batch"]:
                name = f"{activation}-{norm}-{seed}"
                lab.record(name, "--data", "fashion-mnist", "--layers", "100,100,100,100,100", "--activation", activation,
                           "--init", init, "--norm", norm, "--batch-size", 60, "--learning-rate", rate, "--steps", 1201,
                           "--gradient-shift-every", 5, "--record-every", 100, "--probe", 0, "--noise-every", 0,
                           "--evaluate-every", 10000, "--seed", seed)
                cosines[norm] = [medians(lab, name, layer, "cosine", 800, 1200) for layer in (3, 5)]
                relative[norm] = [medians(lab, name, layer, "relative_difference", 800, 1200) for layer in (3, 5)]
                accuracies[norm] = lab.accuracy(name, "none" if norm == "none" else "batch")
            prefix = f"{activation}, seed {seed}, "
            if activation == "sigmoid":
                lab.note(prefix + "cosine without", numbers(cosines["none"]), "at least 0.99", min(cosines["none"]) >= 0.99)
                lab.note(prefix + "cosine with", numbers(cosines["batch"]), "at most 0.95", max(cosines["batch"]) <= 0.95)
                lab.note(prefix + "relative L2 with", numbers(relative["batch"]), "at least 0.2",
                         min(relative["batch"]) >= 0.2)
                gain = accuracies["batch"] - accuracies["none"]
                lab.note(prefix + "test accuracy gained", number(gain), "at least 0.5", gain >= 0.5)
            else:
                gaps = [b - a for a, b in zip(cosines["none"], cosines["batch"])]
                lab.note(prefix + "cosine with less that without", numbers(gaps), "at least 0.15", min(gaps) >= 0.15)


def r10(lab):
    # In some seeds the plain network comes to oscillate, its gradients turning round at each step; it does so in float64
    # too, and with weights drawn from a normal distribution. So each seed is printed, and the median seed is judged.
    lab.begin("R10", "a deep linear network of 25 layers, medians over steps 400 to 2000 (Santurkar et al. 2018, "
              "section 3.2); in float32 here")
    widths = ",".join(["10"] * 24)
    plain9, plain17, normalized17, ratios, falls = [], [], [], [], []
    for seed in range(1, max(5, lab.seeds) + 1):
        loss = {}
        for norm in ["none", "batch"]:
            name = f"{norm}-{seed}"
            lab.record(name, "--data", "linear-map", "--layers", widths, "--activation", "identity", "--norm", norm,
                       "--loss", "squared_error", "--reduction", "sum", "--batch-size", 1000, "--learning-rate", 1e-7,
                       "--steps", 2001, "--gradient-shift-every", 100, "--record-every", 200, "--probe", 0,
                       "--noise-every", 0, "--evaluate-every", 10000, "--seed", seed)
            loss[norm] = lab.last_loss(name)

        def median(norm, layer, key):
            return medians(lab, f"{norm}-{seed}", layer, key, 400, 2000)

        plain9.append(median("none", 9, "cosine"))
        plain17.append(median("none", 17, "cosine"))
        normalized17.append(median("batch", 17, "cosine"))
        ratios.append(min(median("batch", layer, "difference_norm") / median("none", layer, "difference_norm")
                          for layer in (9, 17)))
        falls.append(loss["none"] / loss["batch"])
    for what, values, criterion, is_met in [
        ("cosine without, layer 9", plain9, "at least 0.98", lambda x: x >= 0.98),
        ("cosine without, layer 17", plain17, "at least 0.98", lambda x: x >= 0.98),
        ("cosine with, layer 17", normalized17, "at most 0.3", lambda x: x <= 0.3),
        ("L2 with over without, the less of both layers", ratios, "at least 50", lambda x: x >= 50),
        ("loss without over with, at the end", falls, "at least 1.5", lambda x: x >= 1.5),
    ]:
        median = statistics.median(values)
        lab.note(f"{what}: by seed {numbers(values)}; median", number(median), criterion, is_met(median))


def r12(lab):
    lab.begin("R12", "the loss along the gradient (Santurkar et al. 2018, section 3.2)")
    for seed in range(1, lab.seeds + 1):
        figures = {}
        for norm in ["none", "batch"]:
            name = f"{norm}-{seed}"
            lab.record(name, "--data", "fashion-mnist", "--layers", "100,100,100,100,100", "--activation", "relu", "--init",
                       "he", "--norm", norm, "--learning-rate", 0.1, "--batch-size", 60, "--steps", 800,
                       "--landscape-every", 40, "--record-every", 100, "--probe", 0, "--noise-every", 0,
                       "--evaluate-every", 10000, "--seed", seed)
            steps = lab.rows("landscape", name, record="landscape")
            figures[norm] = [statistics.median(step["loss_max"] - step["loss_min"] for step in steps)] + [
                statistics.median(step[key] for step in steps)
                for key in ("gradient_predictiveness", "effective_smoothness")]
        for what, limit, plain, normed in zip(
                ("loss range", "gradient predictiveness", "effective smoothness"), (3, 2, 1.2),
                figures["none"], figures["batch"]):
            lab.note(f"seed {seed}, {what}, without {number(plain)} over with {number(normed)}", number(plain / normed),
                     f"at least {limit}", plain / normed >= limit)


def r16(lab):
    lab.begin("R16", "an alarm where the data shift by 0.3 at step 2000, and none before")
    for seed in range(1, 5):
        for norm in ["none", "batch"]:
            for shift in [0.3, 0]:
                name = f"{norm}-{seed}-{shift}"
                lab.record(name, "--data", "fashion-mnist", "--layers", "100,100,100", "--activation", "relu", "--init", "he",
                           "--norm", norm, "--learning-rate", 0.05, "--batch-size", 60, "--steps", 2500, "--probe", 0,
                           "--noise-every", 0, "--evaluate-every", 10000, "--shift-data-from", 2000,
                           "--shift-data-by", shift, "--seed", seed)
                steps = [row["step"] for row in lab.rows("alarms", name, "--layer", 1)]
                early = [step for step in steps if step < 2000]
                what = f"seed {seed}, {norm}, shift {shift}, alarms at"
                if shift:
                    first = min((step for step in steps if step >= 2000), default=None)
                    lab.note(what, steps, "2000 to 2005 first", not early and first is not None and first <= 2005)
                else:
                    lab.note(what, steps, "none", not steps)


EXPERIMENTS = {"R1": r1, "R4": r4, "R7": r7, "R8": r8, "R9": r9, "R10": r10, "R12": r12, "R16": r16}
ON_FASHION = {"R4", "R7", "R8", "R9", "R12", "R16"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=".build/release/normscope")
    parser.add_argument("--folder")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("experiment", nargs="*", choices=[[], *EXPERIMENTS], metavar="EXPERIMENT")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        lab = Laboratory(os.path.abspath(options.program), options.folder or temporary, options.seeds)
        os.makedirs(lab.folder, exist_ok=True)
        for name in options.experiment or EXPERIMENTS:
            if name in ON_FASHION and not os.path.isdir(FASHION):
                print(f"\n{name}: left out, as {FASHION} is missing")
                continue
            EXPERIMENTS[name](lab)
    print(f"\n{lab.missed} criteria missed" if lab.missed else "\nall criteria met")
    return 1 if lab.missed else 0


if __name__ == "__main__":
    sys.exit(main())
