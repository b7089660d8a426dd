"""Writes the golden numbers of the layers of the Network tests: torch==2.15.0.

pip install torch==2.15.0 --index-url https://download.pytorch.org/whl/cpu
python3 Tests/Oracles/network_layers.py

All is computed in float64. Inputs, parameters and gradients are fractions that a float32 holds exactly, made by
formulas that the tests repeat; results are rounded to 10 decimals. Tensors are written as the tests have them: images position by position with their
channels side by side, weights by window row, window column, input channel and output channel.
"""

import textwrap
from pathlib import Path

import torch
from torch import nn

assert torch.__version__.split("+")[0] == "2.15.0", "see the pinned version"
torch.set_default_dtype(torch.float64)

TARGET = Path(__file__).parents[1] / "NetworkTests" / "Fixtures" / "LayerGoldens.swift"
BATCH = 4
EPSILON = 2**-10
# name: (a, b, modulus, divisor, offset) of ((a * i + b) % modulus - modulus // 2) / divisor + offset
FORMULAS = {
    "input": (29, 5, 67, 32, 0),
    "weight": (37, 11, 65, 64, 0),
    "bias": (13, 3, 31, 16, 0),
    "gamma": (17, 3, 13, 8, 1),
    "beta": (11, 2, 9, 8, 0),
    "outputGradient": (31, 7, 61, 32, 0),
}


def made(name, *shape):
    a, b, modulus, divisor, offset = FORMULAS[name]
    count = torch.Size(shape).numel()
    numbers = [((a * i + b) % modulus - modulus // 2) / divisor + offset for i in range(count)]
    return torch.tensor(numbers).reshape(shape)


def literal(numbers):
    text = ", ".join(repr(round(float(x), 10) + 0.0) for x in numbers)
    return textwrap.fill(text, 98, initial_indent=" " * 8, subsequent_indent=" " * 8)


ACTIVATIONS = {
    "identity": nn.Identity(), "relu": nn.ReLU(), "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh()
}


def layer(map, input, units, stride=1, bias=True, norm=None, placement="before",
          activation="identity", pooling=None):
    height, width, channels = input
    isImage = map == "convolution"
    if isImage:
        x = made("input", BATCH, height, width, channels).permute(0, 3, 1, 2)
        linear = nn.Conv2d(channels, units, 3, stride=stride, padding=1, bias=bias)
        weight = made("weight", 3, 3, channels, units).permute(3, 2, 0, 1)
    else:
        x = made("input", BATCH, channels)
        linear = nn.Linear(channels, units, bias=bias)
        weight = made("weight", channels, units).T
    x = x.clone().requires_grad_()
    normalization = {
        None: nn.Identity,
        "batch": lambda: (nn.BatchNorm2d if isImage else nn.BatchNorm1d)(units, eps=EPSILON),
        "layer": lambda: nn.GroupNorm(1, units, eps=EPSILON) if isImage
        else nn.LayerNorm(units, eps=EPSILON),
    }[norm]()
    with torch.no_grad():
        linear.weight.copy_(weight)
        if bias:
            linear.bias.copy_(made("bias", units))
        if norm:
            normalization.weight.copy_(made("gamma", units))
            normalization.bias.copy_(made("beta", units))
    steps = [normalization, ACTIVATIONS[activation]]
    if placement == "after":
        steps.reverse()
    if pooling:
        kind, size = pooling
        steps.append((nn.MaxPool2d if kind == "max" else nn.AvgPool2d)(size))
    y = nn.Sequential(linear, *steps)(x)

    def ours(tensor):
        return tensor.permute(0, 2, 3, 1) if isImage else tensor

    shape = ours(y).shape
    gradient = made("outputGradient", *shape)
    y.backward(gradient.permute(0, 3, 1, 2) if isImage else gradient)
    w = linear.weight.grad
    tensors = {
        "output": ours(y),
        "inputGradient": ours(x.grad),
        "weight": w.permute(2, 3, 1, 0) if isImage else w.T,
        "bias": linear.bias.grad if bias else torch.tensor([]),
        "gamma": normalization.weight.grad if norm else torch.tensor([]),
        "beta": normalization.bias.grad if norm else torch.tensor([]),
    }
    method = {
        None: "nil",
        "batch": ".init(\n          .batch(ghostBatchSize: nil, running: .init(emaDecay: 0.9)), epsilon: 0x1p-10)",
        "layer": ".init(.layer, epsilon: 0x1p-10)",
    }[norm]
    mapped = f".convolution(channels: {units}, stride: {stride})" if isImage else f".dense(units: {units})"
    pooled = f"Pooling(.{pooling[0]}, size: {pooling[1]})" if pooling else "nil"
    arrays = "".join(
        f"      {name}: [\n{literal(values.flatten().tolist())},\n      ]" + ("" if name == "beta" else ",\n")
        if values.numel() else f"      {name}: []" + ("" if name == "beta" else ",\n")
        for name, values in tensors.items()
    )
    return (
        "    LayerGolden(\n"
        f"      input: TensorShape(height: {height}, width: {width}, channels: {channels}),\n"
        "      architecture: LayerArchitecture(\n"
        f"        {mapped}, hasBias: {str(bias).lower()},\n"
        f"        normalization: {method},\n"
        f"        placement: .{placement}, activation: .{activation}, pooling: {pooled}),\n"
        f"{arrays}),\n"
    )


def running():
    norm = nn.BatchNorm1d(3, momentum=0.25)
    rows = ""
    for batch in range(4):
        numbers = [((23 * i + 7 * batch) % 53 - 26) / 16 for i in range(18)]
        norm(torch.tensor(numbers).reshape(6, 3))
        rows += (
            f"    (\n      mean: [\n{literal(norm.running_mean)},\n      ],\n"
            f"      variance: [\n{literal(norm.running_var)},\n      ]\n    ),\n"
        )
    return rows


LAYERS = (
    layer("convolution", (4, 5, 2), 3),
    layer("convolution", (5, 4, 2), 3, stride=2),
    layer("convolution", (5, 4, 1), 2, pooling=("max", 2)),
    layer("convolution", (4, 5, 1), 2, pooling=("average", 2)),
    layer("convolution", (4, 5, 2), 2, norm="batch", bias=False, activation="relu", pooling=("max", 2)),
    layer("convolution", (5, 6, 2), 3, stride=2, norm="batch", placement="after", activation="tanh"),
    layer("convolution", (3, 4, 2), 3, norm="layer"),
    layer("convolution", (7, 6, 1), 2, stride=2, norm="layer", placement="after", activation="sigmoid",
          pooling=("average", 2)),
    layer("dense", (1, 1, 5), 4, norm="batch", bias=False),
    layer("dense", (1, 1, 5), 4, norm="layer"),
    layer("dense", (1, 1, 5), 4, norm="layer", placement="after", activation="relu"),
)

TARGET.write_text(
    "// Written by Tests/Oracles/network_layers.py; don't edit.\n\n"
    "import Network\n\n"
    f"/// PyTorch's layer on a batch of {BATCH}: what it hands on and its gradients, as the tests have tensors.\n"
    "struct LayerGolden: Sendable {\n"
    "  let input: TensorShape\n"
    "  let architecture: LayerArchitecture\n"
    "  let output: [Double]\n"
    "  let inputGradient: [Double]\n"
    "  let weight: [Double]\n"
    "  let bias: [Double]\n"
    "  let gamma: [Double]\n"
    "  let beta: [Double]\n\n"
    f"  static let batchSize = {BATCH}\n\n"
    "  static let all: [LayerGolden] = [\n" + "".join(LAYERS) + "  ]\n\n"
    "  /// The running statistics of BatchNorm1d with a momentum of 0.25 after each of four batches.\n"
    "  static let running: [(mean: [Double], variance: [Double])] = [\n" + running() + "  ]\n}\n"
)
