"""Writes the golden numbers of the optimizers, schedules and losses of the Network tests: torch==2.15.0.

pip install torch==2.15.0 --index-url https://download.pytorch.org/whl/cpu
python3 Tests/Oracles/optimizers.py

All is computed in float64. Parameters, gradients, rates, logits and targets are fractions that a float32 holds
exactly, made by formulas that the tests repeat; other hyperparameters are rounded to float32 first.
"""

import struct
import textwrap
from pathlib import Path

import torch
from torch.optim import lr_scheduler

assert torch.__version__.split("+")[0] == "2.15.0", "see the pinned version"

TARGET = Path(__file__).parents[1] / "NetworkTests" / "Fixtures"
SIZES = (1, 7, 19)
UNDECAYED = 1
STEPS = (1, 2, 40)


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def literal(numbers, indent):
    space = " " * indent
    text = ", ".join(repr(float(x)) for x in numbers)
    return textwrap.fill(text, 98, initial_indent=space, subsequent_indent=space)


def write(name, text):
    TARGET.mkdir(exist_ok=True)
    header = "// Written by Tests/Oracles/optimizers.py; don't edit.\n\n"
    (TARGET / name).write_text(header + text)


# Optimizers


def initial(tensor, size):
    values = [((37 * i + 11 * tensor) % 65 - 32) / 32 for i in range(size)]
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def gradient(step, tensor, size):
    values = [
        ((31 * i + 17 * step + 7 * tensor) % 65 - 32) / 32 / 16 ** (i % 4) for i in range(size)
    ]
    return torch.tensor(values, dtype=torch.float64)


def rate(step):
    return (40 - step) / 1024


def sgd(momentum, nesterov):
    momentum = float32(momentum)
    return lambda groups: torch.optim.SGD(
        [{"params": group["params"]} for group in groups],
        momentum=momentum, nesterov=nesterov, foreach=False,
    )


def adam(beta1, beta2, epsilon):
    betas, epsilon = (float32(beta1), float32(beta2)), float32(epsilon)
    return lambda groups: torch.optim.AdamW(groups, betas=betas, eps=epsilon, foreach=False)


def trajectory(make, decay):
    tensors = [initial(tensor, size) for tensor, size in enumerate(SIZES)]
    decays = [0 if tensor == UNDECAYED else float32(decay) for tensor in range(len(SIZES))]
    optimizer = make([{"params": [t], "weight_decay": d} for t, d in zip(tensors, decays)])
    for step in range(max(STEPS)):
        for tensor, parameters in enumerate(tensors):
            parameters.grad = gradient(step, tensor, len(parameters))
            optimizer.param_groups[tensor]["lr"] = rate(step)
            if isinstance(optimizer, torch.optim.SGD):
                # torch's own decay for SGD is not decoupled.
                with torch.no_grad():
                    parameters.mul_(1 - rate(step) * decays[tensor])
        optimizer.step()
        if step + 1 in STEPS:
            yield [x for parameters in tensors for x in parameters.tolist()]


def optimizer_goldens():
    swift = {True: "true", False: "false"}
    methods = [
        (f".sgd(momentum: {momentum}, nesterov: {swift[nesterov]})", sgd(momentum, nesterov))
        for momentum, nesterov in ((0, False), (0.9, False), (0.9, True), (0.5, True))
    ] + [
        (f".adam(beta1: {b1}, beta2: {b2}, epsilon: {epsilon})", adam(b1, b2, epsilon))
        for b1, b2, epsilon in ((0.9, 0.999, 1e-8), (0.75, 0.95, 0.01))
    ]
    for name, make in methods:
        for decay in (0, 0.3):
            rows = "".join(
                f"        [\n{literal(row, 10)},\n        ],\n" for row in trajectory(make, decay)
            )
            yield (
                f"    OptimizerGolden(\n      method: {name}, weightDecay: {decay},\n"
                f"      expected: [\n{rows}      ]),\n"
            )


write(
    "OptimizerGoldens.swift",
    "import Network\n\n"
    "/// The parameters that PyTorch's optimizers reach.\n"
    "struct OptimizerGolden: Sendable {\n"
    "  let method: Optimizer.Method\n"
    "  let weightDecay: Float\n"
    "  /// For each of `steps` the parameters of all tensors, one after the other.\n"
    "  let expected: [[Double]]\n\n"
    f"  static let steps = {list(STEPS)}\n\n"
    "  static let all: [OptimizerGolden] = [\n" + "".join(optimizer_goldens()) + "  ]\n}\n",
)


# Schedules


def rates(base, warmup, make, count):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=base)
    scheduler = make(optimizer)
    if warmup:
        warm = lr_scheduler.LinearLR(optimizer, 1 / warmup, 1, max(1, warmup - 1))
        scheduler = lr_scheduler.SequentialLR(optimizer, [warm, scheduler], [warmup])
    for _ in range(count):
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        scheduler.step()


def step(every, factor):
    return (
        f".step(every: {every}, factor: {factor})",
        lambda warmup: lambda optimizer: lr_scheduler.StepLR(optimizer, every, factor),
    )


def cosine(steps, final):
    return (
        f".cosine(steps: {steps}, final: {final})",
        lambda warmup: lambda optimizer: lr_scheduler.CosineAnnealingLR(
            optimizer, steps - warmup, final
        ),
    )


def schedule_goldens():
    constant = (".constant", lambda warmup: lambda optimizer: lr_scheduler.StepLR(optimizer, 1, 1))
    for base, (name, make), warmup, count in (
        (0.1, constant, 4, 9),
        (0.1, step(3, 0.5), 0, 12),
        (0.4, step(4, 0.1), 5, 18),
        # After its last step torch's cosine rises again; that step itself is the last one here.
        (0.1, cosine(12, 0.001), 0, 13),
        (0.8, cosine(20, 0.0), 5, 21),
    ):
        row = list(rates(base, warmup, make(warmup), count))
        yield (
            f"    LearningRateScheduleGolden(\n      schedule: LearningRateSchedule(\n"
            f"        base: {base}, shape: {name}, warmupSteps: {warmup}),\n"
            f"      rates: [\n{literal(row, 8)},\n      ]),\n"
        )


write(
    "LearningRateScheduleGoldens.swift",
    "import Network\n\n"
    "/// The rates of PyTorch's schedulers.\n"
    "struct LearningRateScheduleGolden: Sendable {\n"
    "  let schedule: LearningRateSchedule\n"
    "  /// The rates of the first steps.\n"
    "  let rates: [Double]\n\n"
    "  static let all: [LearningRateScheduleGolden] = [\n"
    + "".join(schedule_goldens())
    + "  ]\n}\n",
)


# Losses


def loss_goldens():
    outputs = [[((29 * (5 * i + j) + 5) % 67 - 33) / 8 for j in range(5)] for i in range(6)]
    targets = [[((13 * (5 * i + j) + 3) % 31 - 15) / 8 for j in range(5)] for i in range(6)]
    labels = torch.tensor([2 * i % 5 for i in range(6)])
    targets = torch.tensor(targets, dtype=torch.float64)

    def squared_error(x, reduction):
        total = torch.nn.functional.mse_loss(x, targets, reduction="sum")
        return total / len(x) if reduction == "mean" else total

    def cross_entropy(x, reduction):
        return torch.nn.functional.cross_entropy(x, labels, reduction=reduction)

    for name, loss in (("crossEntropy", cross_entropy), ("squaredError", squared_error)):
        rows = ""
        for reduction in ("mean", "sum"):
            x = torch.tensor(outputs, dtype=torch.float64, requires_grad=True)
            value = loss(x, reduction)
            value.backward()
            rows += (
                f"    LossGolden(\n      reduction: .{reduction}, loss: {value.item()!r},\n"
                f"      gradient: [\n{literal(x.grad.flatten().tolist(), 8)},\n      ]),\n"
            )
        yield f"\n  static let {name}: [LossGolden] = [\n{rows}  ]\n"


write(
    "LossGoldens.swift",
    "import Network\n\n"
    "/// PyTorch's losses of a batch of 6 examples with 5 outputs; its squared error isn't divided by the outputs.\n"
    "struct LossGolden: Sendable {\n"
    "  let reduction: LossReduction\n"
    "  let loss: Double\n"
    "  /// [6, 5], row by row.\n"
    "  let gradient: [Double]\n" + "".join(loss_goldens()) + "}\n",
)
