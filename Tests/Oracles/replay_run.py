"""Replays a recorded run in float64 and compares every recorded batch moment, loss and parameter with it.

usage: replay_run.py DATABASE INITIAL_SAFETENSORS ROWS_F32 LABELS_I32

INITIAL_SAFETENSORS is what `normscope record --save-initial` wrote; the rows are those of the published file, in
its order and scaled as Normscope does (digits by 1/16, IDX by 1/255), float32 [examples, features], and the
labels int32 [examples]. Needs numpy; tried with numpy 2.4.6.
Prints the largest relative differences as JSON. Formulas: Ioffe and Szegedy 2015, Algorithm 1.
"""

import json
import sqlite3
import struct
import sys

import numpy as np


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    types = {"F32": np.float32, "I32": np.int32, "I64": np.int64}
    return {
        name: np.frombuffer(
            data[entry["data_offsets"][0] : entry["data_offsets"][1]], types[entry["dtype"]]
        ).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


ACTIVATIONS = {
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "relu": (lambda x: np.maximum(x, 0), lambda a: (a > 0).astype(float)),
    "identity": (lambda x: x, lambda a: np.ones_like(a)),
}


class BatchNorm:
    def __init__(self, gamma, beta, epsilon):
        self.gamma, self.beta, self.epsilon = gamma, beta, epsilon

    def forward(self, x):
        self.mean, self.variance = x.mean(0), x.var(0)
        self.deviation = np.sqrt(self.variance + self.epsilon)
        self.centered = x - self.mean
        self.normalized = self.centered / self.deviation
        return self.gamma * self.normalized + self.beta

    def backward(self, dy):
        m = len(dy)
        d_normalized = dy * self.gamma
        d_variance = (d_normalized * self.centered).sum(0) * -0.5 * self.deviation**-3
        d_mean = -d_normalized.sum(0) / self.deviation - 2 * d_variance * self.centered.mean(0)
        self.d_gamma, self.d_beta = (dy * self.normalized).sum(0), dy.sum(0)
        return d_normalized / self.deviation + d_variance * 2 * self.centered / m + d_mean / m


def main(database, initial, rows_path, labels_path):
    connection = sqlite3.connect(database)
    (run, text) = connection.execute("SELECT id, configuration FROM run ORDER BY id DESC").fetchone()
    configuration = json.loads(text)
    tensors = read_safetensors(initial)
    order = tensors.pop("batch_order")
    parameters = {name: value.astype(np.float64) for name, value in tensors.items()}
    features = parameters["layers.1.weight"].shape[0]
    rows = np.fromfile(rows_path, np.float32).reshape(-1, features).astype(np.float64)
    labels = np.fromfile(labels_path, np.int32)
    activate, derivative = ACTIVATIONS[configuration["activation"]]
    # The core computes with the float32 nearest to each of these.
    epsilon = float(np.float32(configuration["epsilon"]))
    rate = float(np.float32(configuration["learning_rate"]))
    before = configuration["placement"] == "before"
    normalized = configuration["norm"] == "batch"
    depth = len(configuration["layers"]) + 1
    worst = {}

    def compare(kind, ours, theirs, scale=None):
        scale = np.abs(theirs).max() if scale is None else scale
        error = np.abs(np.asarray(ours, np.float64) - theirs).max() / max(scale, 1e-30)
        worst[kind] = max(worst.get(kind, 0), float(error))

    def vectors(layer, tap, step):
        row = connection.execute(
            """SELECT count, mean, variance, gamma, beta FROM moment JOIN site ON site.id = moment.site
               WHERE run = ? AND layer = ? AND tap = ? AND population = 'batch' AND step = ?""",
            (run, layer, tap, step),
        ).fetchone()
        return row[0], [None if blob is None else np.frombuffer(blob, "<f4") for blob in row[1:]]

    def compare_moments(layer, tap, step, tensor, norm=None):
        count, (mean, variance, gamma, beta) = vectors(layer, tap, step)
        assert count == len(tensor)
        # A mean may be near 0 by cancellation: its error is measured against the spread of what was averaged.
        spread = np.sqrt((tensor**2).mean(0)).max()
        compare("mean", mean, tensor.mean(0), spread)
        compare("variance", variance, tensor.var(0))
        assert (gamma is not None) == (norm is not None)
        if norm is not None:
            compare("gamma", gamma, norm.gamma)
            compare("beta", beta, norm.beta, max(np.abs(norm.beta).max(), 1e-3))

    for step in range(configuration["steps"]):
        batch, target = rows[order[step]], labels[order[step]]
        layers, x = [], batch
        for layer in range(1, depth + 1):
            weight = parameters[f"layers.{layer}.weight"]
            bias = parameters.get(f"layers.{layer}.bias")
            z = x @ weight + (0 if bias is None else bias)
            is_hidden = layer < depth
            norm = None
            if is_hidden and normalized:
                norm = BatchNorm(
                    parameters[f"layers.{layer}.gamma"], parameters[f"layers.{layer}.beta"], epsilon
                )
            compare_moments(layer, "input", step, x)
            compare_moments(layer, "preactivation", step, z, norm if before else None)
            if not is_hidden:
                activated, output = None, z
            elif norm is None:
                activated = output = activate(z)
            elif before:
                activated = output = activate(norm.forward(z))
            else:
                activated = activate(z)
                compare_moments(layer, "activation", step, activated, norm)
                output = norm.forward(activated)
            layers.append((x, norm, activated))
            x = output
        shifted = x - x.max(1, keepdims=True)
        probability = np.exp(shifted) / np.exp(shifted).sum(1, keepdims=True)
        loss = -np.log(probability[np.arange(len(target)), target]).mean()
        (recorded,) = connection.execute(
            "SELECT loss FROM step WHERE run = ? AND step = ?", (run, step)
        ).fetchone()
        compare("loss", recorded, loss)

        gradient = probability.copy()
        gradient[np.arange(len(target)), target] -= 1
        gradient /= len(target)
        updates = {}
        for layer in range(depth, 0, -1):
            x, norm, activated = layers[layer - 1]
            if layer < depth:
                if norm is None or before:
                    gradient = gradient * derivative(activated)
                if norm is not None:
                    gradient = norm.backward(gradient)
                    updates[f"layers.{layer}.gamma"] = norm.d_gamma
                    updates[f"layers.{layer}.beta"] = norm.d_beta
                if norm is not None and not before:
                    gradient = gradient * derivative(activated)
            updates[f"layers.{layer}.weight"] = x.T @ gradient
            updates[f"layers.{layer}.bias"] = gradient.sum(0)
            gradient = gradient @ parameters[f"layers.{layer}.weight"].T
        for name, value in updates.items():
            if name in parameters:
                parameters[name] = parameters[name] - rate * value
    print(json.dumps(worst))


if __name__ == "__main__":
    main(*sys.argv[1:])
