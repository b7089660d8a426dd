"""Replays a recorded run in float64 and compares every recorded batch moment, loss and parameter with it.

usage: replay_run.py DATABASE INITIAL_SAFETENSORS ROWS TARGETS SHAPE

INITIAL_SAFETENSORS is what `normscope record --save-initial` wrote; ROWS are those of the published file, in its
order and scaled as Normscope does (digits by 1/16, IDX by 1/255), float32 [examples, features]; TARGETS are the
wanted outputs, float32 [examples, outputs], of a class 1 at its place and 0 elsewhere; SHAPE is that of an example,
as in 8x8x1 for height, width and channels. Needs numpy; tried with numpy 2.4.6.

Knows all of a configuration but noisy batch norm and dropout, whose random numbers the record does not have.
Prints the largest relative difference of each kind of figure as JSON; `state` is what the optimizer remembers and
`running_…` what batch norm does after the last step. Tensors are [examples, height, width, channels] throughout,
plain features images of one position.
"""

import json
import math
import sqlite3
import struct
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "Sources" / "PythonClient"))

from normscope.sealing import show_unsealed


def parse_safetensors(content):
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    data = content[8 + length :]
    types = {"F32": np.float32, "I32": np.int32, "I64": np.int64}
    return {
        name: np.frombuffer(
            data[entry["data_offsets"][0] : entry["data_offsets"][1]], types[entry["dtype"]]
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


def nearest_float32(number):
    """What the core computes with where the configuration says `number`."""
    return float(np.float32(number))


ACTIVATIONS = {
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "relu": (lambda x: np.maximum(x, 0), lambda a: (a > 0).astype(float)),
    "identity": (lambda x: x, lambda a: np.ones_like(a)),
}


class Dense:
    """z = xW + b of all numbers of an example."""

    def forward(self, x, weight):
        self.shape, self.rows = x.shape, x.reshape(len(x), -1)
        return (self.rows @ weight)[:, None, None, :]

    def backward(self, dz, weight):
        dz = dz[:, 0, 0, :]
        return (dz @ weight.T).reshape(self.shape), self.rows.T @ dz


class Identity:
    """z = x, without weights."""

    def forward(self, x, weight):
        return x

    def backward(self, dz, weight):
        return dz, None


class Convolution:
    """Windows of 3 x 3 positions in a border of zeros, one after the other: weights [3, 3, inputs, outputs]."""

    def __init__(self, stride):
        self.stride = stride

    def offsets(self, height, width):
        """Where the number at (i, j) of each window lies in the image with its border."""
        for i in range(3):
            for j in range(3):
                rows = slice(i, i + (height - 1) * self.stride + 1, self.stride)
                columns = slice(j, j + (width - 1) * self.stride + 1, self.stride)
                yield i, j, (slice(None), rows, columns)

    def forward(self, x, weight):
        self.bordered = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        height, width = (math.ceil(side / self.stride) for side in x.shape[1:3])
        return sum(
            self.bordered[places] @ weight[i, j] for i, j, places in self.offsets(height, width)
        )

    def backward(self, dz, weight):
        d_bordered, d_weight = np.zeros_like(self.bordered), np.zeros_like(weight)
        for i, j, places in self.offsets(*dz.shape[1:3]):
            d_bordered[places] += dz @ weight[i, j].T
            d_weight[i, j] = np.tensordot(self.bordered[places], dz, ((0, 1, 2), (0, 1, 2)))
        return d_bordered[:, 1:-1, 1:-1], d_weight


class Normalization:
    """Ioffe and Szegedy 2015, Algorithm 1, over groups of examples, or over all numbers of each example."""

    def __init__(self, kind, ghost_batch_size, epsilon, holds_statistics, configuration):
        self.kind, self.ghost_batch_size = kind, ghost_batch_size
        self.epsilon, self.holds_statistics = epsilon, holds_statistics
        self.limits = [configuration[f"renorm_{key}_max"] for key in "rd"]
        self.ramp = [configuration[f"renorm_ramp_{end}"] for end in ("start", "end")]
        self.running = None
        self.uses_previous = configuration["batch_statistics"] == "previous" and kind == "batch"
        self.previous = None

    def correction(self):
        """r and d of batch renorm, Ioffe 2017, Algorithm 1."""
        if self.kind != "renorm":
            return 1, 0
        start, end = self.ramp
        rise = np.clip((self.running.count - start) / (end - start), 0, 1)
        r_max, d_max = 1 + (self.limits[0] - 1) * rise, self.limits[1] * rise
        deviation = np.sqrt(self.running.variance + self.epsilon)
        return (
            np.clip(self.deviation / deviation, 1 / r_max, r_max),
            np.clip((self.mean - self.running.mean) / deviation, -d_max, d_max),
        )

    def forward(self, x, gamma, beta):
        size = 1 if self.kind == "layer" else self.ghost_batch_size or len(x)
        self.axes = (1, 2, 3, 4) if self.kind == "layer" else (1, 2, 3)
        groups = x.reshape(-1, size, *x.shape[1:])
        self.gamma = gamma
        self.mean = groups.mean(self.axes, keepdims=True)
        self.variance = groups.var(self.axes, keepdims=True)
        self.count = groups.size // self.mean.size
        mean, variance = self.previous or (self.mean, self.variance)
        self.deviation = np.sqrt(variance + self.epsilon)
        self.centered = groups - mean
        self.normalized = self.centered / self.deviation
        self.scale, self.shift = self.correction()
        return (gamma * (self.scale * self.normalized + self.shift) + beta).reshape(x.shape)

    def backward(self, dy):
        shape, dy = dy.shape, dy.reshape(self.normalized.shape)
        total = lambda tensor: tensor.sum(self.axes, keepdims=True)
        d_normalized = dy * self.gamma * self.scale
        dx = d_normalized / self.deviation
        if self.uses_previous:
            self.previous = self.mean, self.variance
        elif not self.holds_statistics:
            d_variance = total(d_normalized * self.centered) * -0.5 * self.deviation**-3
            d_mean = -total(dx) - 2 * d_variance * total(self.centered) / self.count
            dx = dx + (d_variance * 2 * self.centered + d_mean) / self.count
        d_gamma = (dy * (self.scale * self.normalized + self.shift)).sum((0, 1, 2, 3))
        return dx.reshape(shape), d_gamma, dy.sum((0, 1, 2, 3))


class Pooling:
    """The maximum or the mean of windows that lie side by side."""

    def __init__(self, kind, size):
        self.kind, self.size = kind, size

    def forward(self, x):
        size, (count, height, width, channels) = self.size, x.shape
        self.shape = x.shape
        self.height, self.width = height // size, width // size
        inside = x[:, : self.height * size, : self.width * size]
        windows = inside.reshape(count, self.height, size, self.width, size, channels)
        windows = windows.transpose(0, 1, 3, 5, 2, 4).reshape(
            count, self.height, self.width, channels, size * size
        )
        if self.kind == "max":
            self.share = np.eye(size * size)[windows.argmax(-1)]
        else:
            self.share = np.full(windows.shape, 1 / size**2)
        return (windows * self.share).sum(-1)

    def backward(self, dy):
        size, (count, _, _, channels) = self.size, self.shape
        windows = (dy[..., None] * self.share).reshape(*dy.shape, size, size)
        dx = np.zeros(self.shape)
        dx[:, : self.height * size, : self.width * size] = windows.transpose(
            0, 1, 4, 2, 5, 3
        ).reshape(count, self.height * size, self.width * size, channels)
        return dx


class Layer:
    """A hidden layer as the configuration describes it, or the output layer."""

    def __init__(self, number, configuration, layer):
        """`layer` is the configuration's entry, None for the output layer."""
        self.prefix = f"layers.{number}."
        is_output = layer is None
        layer = layer if isinstance(layer, dict) else {}
        setting = lambda key: layer.get(key, configuration.get(key))
        kind = "none" if is_output else setting("norm")
        assert kind in ("none", "batch", "layer", "renorm"), f"{kind} norm can't be replayed"
        assert is_output or setting("dropout") == 0, "dropout can't be replayed"
        self.is_before = setting("placement") == "before"
        self.activate, self.derivative = ACTIVATIONS[
            "identity" if is_output else setting("activation")
        ]
        is_identity = layer.get("identity", False)
        self.map = Convolution(layer.get("stride", 1)) if "channels" in layer else Dense()
        if is_identity:
            self.map = Identity()
        self.norm = None
        if kind != "none":
            self.norm = Normalization(
                kind,
                setting("ghost_batch_size"),
                nearest_float32(configuration["epsilon"]),
                setting("hold_statistics"),
                configuration,
            )
        self.has_shortcut = number > 1 and not is_output and setting("residual")
        self.pooling = None
        if "pooling" in layer:
            self.pooling = Pooling(layer["pooling"], layer.get("pooling_size", 2))
        bias = layer.get("bias", False if is_identity else configuration.get("bias"))
        self.has_bias = not (kind in ("batch", "renorm") and self.is_before) if bias is None else bias

    def forward(self, x, parameters, z_before):
        """Keeps each tensor under the name of its tap; `z_before` is z of the layer before."""
        mine = lambda kind: parameters.get(self.prefix + kind)
        z = self.map.forward(x, mine("weight")) + (mine("bias") if self.has_bias else 0)
        if self.has_shortcut:
            z = z + z_before
        self.taps = {"input": x, "preactivation": z}
        if self.norm is None:
            output = self.activated = self.activate(z)
        elif self.is_before:
            self.taps["normalized"] = self.norm.forward(z, mine("gamma"), mine("beta"))
            output = self.activated = self.activate(self.taps["normalized"])
        else:
            self.activated = self.activate(z)
            output = self.norm.forward(self.activated, mine("gamma"), mine("beta"))
            self.taps |= {"activation": self.activated, "normalized": output}
        return output if self.pooling is None else self.pooling.forward(output)

    def backward(self, gradient, parameters, dz_added):
        """Returns dL/d(input), the gradients of the layer's parameters, and dL/dz for a shortcut.

        `dz_added` is dL/dz of the layer after, if that added z of this one, otherwise 0.
        """
        gradients = {}
        if self.pooling is not None:
            gradient = self.pooling.backward(gradient)
        if self.norm is None or self.is_before:
            gradient = gradient * self.derivative(self.activated)
        if self.norm is not None:
            gradient, gradients["gamma"], gradients["beta"] = self.norm.backward(gradient)
            if not self.is_before:
                gradient = gradient * self.derivative(self.activated)
        gradient = gradient + dz_added
        dz_before = gradient if self.has_shortcut else 0
        if self.has_bias:
            gradients["bias"] = gradient.sum((0, 1, 2))
        gradient, gradients["weight"] = self.map.backward(
            gradient, parameters.get(self.prefix + "weight")
        )
        if gradients["weight"] is None:
            del gradients["weight"]
        mine = {self.prefix + kind: value for kind, value in gradients.items()}
        return gradient, mine, dz_before


class RunningStatistics:
    """Moving averages of what the groups of examples of a batch norm had."""

    def __init__(self, configuration, features):
        self.decay = nearest_float32(configuration["ema_decay"])
        self.kind = configuration["ema_variance"]
        self.is_corrected = configuration["ema_bias_correction"]
        self.mean, self.variance, self.count = np.zeros(features), np.ones(features), 0

    def move(self, norm):
        for mean, variance in zip(norm.mean, norm.variance):
            mean, variance = mean.reshape(-1), variance.reshape(-1)
            self.count += 1
            new = 1 - self.decay
            if self.is_corrected:
                new /= 1 - self.decay**self.count
            if self.kind == "unbiased":
                variance = variance * norm.count / (norm.count - 1)
            between = new * (1 - new) * (mean - self.mean) ** 2 if self.kind == "total" else 0
            self.variance = (1 - new) * self.variance + new * variance + between
            self.mean = (1 - new) * self.mean + new * mean


class Optimizer:
    """SGD (Sutskever et al. 2013) or Adam (Kingma and Ba 2015) with decoupled decay (Loshchilov and Hutter 2019)."""

    def __init__(self, configuration):
        keys = ("momentum", "beta1", "beta2", "adam_epsilon", "weight_decay")
        self.momentum, self.beta1, self.beta2, self.epsilon, self.decay = (
            nearest_float32(configuration[key]) for key in keys
        )
        self.is_adam, self.is_nesterov = configuration["optimizer"] == "adam", configuration["nesterov"]
        self.decays_normalization = configuration["decay_normalization"]
        kinds = ("gamma", "beta")
        self.frozen = tuple(f".{kind}" for kind in kinds if not configuration[f"train_{kind}"])
        self.first, self.second, self.count = {}, {}, 0

    def update(self, parameters, gradients, rate):
        self.count += 1
        for name, gradient in gradients.items():
            if name.endswith(self.frozen):
                continue
            first = self.first.get(name, 0)
            if self.is_adam:
                second = self.second.get(name, 0)
                first = self.beta1 * first + (1 - self.beta1) * gradient
                second = self.beta2 * second + (1 - self.beta2) * gradient**2
                self.second[name] = second
                corrected = second / (1 - self.beta2**self.count)
                step = first / (1 - self.beta1**self.count) / (np.sqrt(corrected) + self.epsilon)
            else:
                first = self.momentum * first + gradient
                step = gradient + self.momentum * first if self.is_nesterov else first
            self.first[name] = first
            decays = self.decays_normalization or not name.endswith((".gamma", ".beta"))
            decay = self.decay if decays else 0
            parameters[name] = parameters[name] - rate * step - rate * decay * parameters[name]


def is_recorded(configuration, step):
    """Whether moments are recorded: 1,10@1000 is every step, and from step 1000 on every tenth."""
    spacing = 1
    for part in str(configuration["record_every"]).split(","):
        number, _, start = part.partition("@")
        if step >= int(start or 0):
            spacing = int(number)
    return step % spacing == 0


def learning_rate(configuration, step):
    base, warmup = configuration["learning_rate"], configuration["warmup_steps"]
    if step < warmup:
        return base * (step + 1) / warmup
    if configuration["schedule"] == "step":
        return base * configuration["step_factor"] ** ((step - warmup) // configuration["step_every"])
    if configuration["schedule"] == "cosine":
        end = configuration.get("schedule_steps", configuration["steps"])
        final = configuration["final_learning_rate"]
        progress = min((step - warmup) / (end - warmup), 1)
        return final + (base - final) * (1 + math.cos(math.pi * progress)) / 2
    return base


def loss_and_gradient(configuration, outputs, targets):
    divisor = len(outputs) if configuration["reduction"] == "mean" else 1
    if configuration["loss"] == "squared_error":
        difference = outputs - targets
        return (difference**2).sum() / divisor, 2 * difference / divisor
    shifted = outputs - outputs.max(1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return -(targets * logarithms).sum() / divisor, (np.exp(logarithms) - targets) / divisor


class Record:
    """What a database holds of its newest run, and how far it is from what it is compared with."""

    def __init__(self, database):
        self.connection = sqlite3.connect(database)
        show_unsealed(self.connection)
        (self.run, text) = self.first("SELECT id, configuration FROM run ORDER BY id DESC")
        self.configuration = json.loads(text)
        self.worst = {}

    def first(self, query, *values):
        return self.connection.execute(query, values).fetchone()

    def compare(self, kind, theirs, ours, scale=None):
        assert np.shape(theirs) == np.shape(ours), f"{kind}: {np.shape(theirs)}, not {np.shape(ours)}"
        scale = np.abs(ours).max() if scale is None else scale
        error = np.abs(np.asarray(theirs, np.float64) - ours).max() / max(scale, 1e-30)
        self.worst[kind] = max(self.worst.get(kind, 0), float(error))

    def compare_step(self, step, loss, rate):
        recorded = self.first(
            "SELECT loss, learning_rate FROM step WHERE run = ? AND step = ?", self.run, step
        )
        self.compare("loss", recorded[0], loss)
        self.compare("learning_rate", recorded[1], rate)

    def compare_moments(self, step, number, layer, parameters):
        rows = self.connection.execute(
            """SELECT tap, count, mean, variance, gamma, beta FROM moment JOIN site ON site.id = moment.site
                 LEFT JOIN affine ON affine.moment = moment.id
               WHERE run = ? AND layer = ? AND population = 'batch' AND step = ?""",
            (self.run, number, step),
        ).fetchall()
        read_tap = None
        expected = set(layer.taps)
        if layer.norm is not None:
            read_tap = "preactivation" if layer.is_before else "activation"
            # The output of plain batch norm follows from what it read.
            is_plain = not layer.norm.ghost_batch_size and not layer.norm.uses_previous
            if layer.norm.kind == "batch" and is_plain:
                expected.remove("normalized")
        assert {row[0] for row in rows} == expected, f"layer {number} has {[row[0] for row in rows]}"
        for tap, count, *blobs in rows:
            numbers = layer.taps[tap].reshape(-1, layer.taps[tap].shape[-1])
            mean, variance, gamma, beta = (blob and np.frombuffer(blob, "<f4") for blob in blobs)
            assert count == len(numbers)
            # A mean may be near 0 by cancellation: its error is measured against the spread of what was averaged.
            self.compare("mean", mean, numbers.mean(0), np.sqrt((numbers**2).mean(0)).max())
            self.compare("variance", variance, numbers.var(0))
            assert (gamma is not None) == (tap == read_tap)
            if tap == read_tap:
                # One that a later batch norm takes away again stays 0 but for rounding.
                expected_beta = parameters[layer.prefix + "beta"]
                self.compare("gamma", gamma, parameters[layer.prefix + "gamma"])
                self.compare("beta", beta, expected_beta, max(np.abs(expected_beta).max(), 1e-2))

    def compare_checkpoint(self, parameters, optimizer, running):
        (content,) = self.first(
            "SELECT tensors FROM checkpoint WHERE run = ? ORDER BY step DESC", self.run
        )
        tensors = parse_safetensors(content)
        for name, value in parameters.items():
            kind = name.split(".")[-1]
            self.compare(kind, tensors[name], value, max(np.abs(value).max(), 1e-2))
        for part, states in (("first", optimizer.first), ("second", optimizer.second)):
            for name, value in states.items():
                key = f"optimizer.{name}.{part}"
                # Plain SGD remembers nothing.
                assert (key in tensors) == (optimizer.is_adam or optimizer.momentum > 0)
                if key in tensors:
                    scale = max(np.abs(value).max(), 1e-3 if part == "first" else 1e-6)
                    self.compare("state", tensors[key], value, scale)
        for prefix, statistics in running.items():
            assert list(tensors[prefix + "running_updates"]) == [statistics.count]
            scale = np.sqrt(statistics.mean**2 + statistics.variance).max()
            self.compare("running_mean", tensors[prefix + "running_mean"], statistics.mean, scale)
            self.compare(
                "running_variance", tensors[prefix + "running_variance"], statistics.variance
            )


def main(database, initial, rows_path, targets_path, shape):
    record = Record(database)
    configuration = record.configuration
    with open(initial, "rb") as file:
        tensors = parse_safetensors(file.read())
    order = tensors.pop("batch_order")
    parameters = {
        name: value.astype(np.float64)
        for name, value in tensors.items()
        if name.split(".")[-1] in ("weight", "bias", "gamma", "beta")
    }
    entries = configuration["layers"] + [None]
    layers = [Layer(index + 1, configuration, entry) for index, entry in enumerate(entries)]
    has_images = any(isinstance(layer.map, Convolution) for layer in layers)
    height, width, channels = map(int, shape.split("x"))
    shape = (height, width, channels) if has_images else (1, 1, height * width * channels)
    rows = np.fromfile(rows_path, np.float32).reshape(-1, *shape).astype(np.float64)
    outputs = parameters[layers[-1].prefix + "weight"].shape[-1]
    if configuration["rescale_inputs"] == "standardize":
        train = rows[np.unique(order)]
        # All of them, which is all that the file of rows has numbers of.
        known = np.isfinite(rows).all((1, 2, 3)).sum()
        assert len(train) == configuration.get("train_examples", known)
        deviation = train.std(0)
        rows = (rows - train.mean(0)) / np.where(deviation > 0, deviation, np.inf)
    targets = np.fromfile(targets_path, np.float32).reshape(-1, outputs).astype(np.float64)

    for layer in layers:
        assert (layer.prefix + "bias" in parameters) == layer.has_bias, layer.prefix
        assert (layer.prefix + "gamma" in parameters) == (layer.norm is not None), layer.prefix
    optimizer = Optimizer(configuration)
    running = {
        layer.prefix: RunningStatistics(configuration, len(parameters[layer.prefix + "gamma"]))
        for layer in layers
        if layer.norm is not None and layer.norm.kind in ("batch", "renorm")
    }
    for layer in layers:
        if layer.prefix in running:
            layer.norm.running = running[layer.prefix]
    for step in range(configuration["steps"]):
        x, z = rows[order[step]], None
        for layer in layers:
            x = layer.forward(x, parameters, z)
            z = layer.taps["preactivation"]
        loss, gradient = loss_and_gradient(configuration, x[:, 0, 0, :], targets[order[step]])
        rate = learning_rate(configuration, step)
        record.compare_step(step, loss, rate)
        if is_recorded(configuration, step):
            for index, layer in enumerate(layers):
                record.compare_moments(step, index + 1, layer, parameters)

        gradient, gradients, dz_added = gradient[:, None, None, :], {}, 0
        for layer in reversed(layers):
            gradient, mine, dz_added = layer.backward(gradient, parameters, dz_added)
            gradients |= mine
            if layer.prefix in running:
                running[layer.prefix].move(layer.norm)
        optimizer.update(parameters, gradients, nearest_float32(rate))
    record.compare_checkpoint(parameters, optimizer, running)
    print(json.dumps(record.worst))


if __name__ == "__main__":
    main(*sys.argv[1:])
