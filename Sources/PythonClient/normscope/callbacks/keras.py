"""Records training by Keras 3: `model.fit(..., callbacks=[NormscopeCallback("digits")])`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import keras
import numpy

from ..run import Run
from ..starting import start
from ..warning import warn
from .running import batch_moments, is_recoverable


class NormscopeCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Records the loss and every batch norm's moments of each training batch, and validations.

    A compiled step of Keras runs no Python, so the moments of a batch follow from the moving
    statistics before and after it: exact to about 6e-8 / (1 - momentum) of the moving statistics. A
    layer whose momentum is above 0.99 is left out, with a warning. A layer that normalizes by its
    moving statistics (frozen, or called with training=False) has no batch moments. The moments of a
    layer that is called twice in a step are not separable: they are wrong.

    `options` go to `normscope.start`. Each batch is recorded: compile the model with
    `steps_per_execution=1`, which is Keras's default.
    """

    def __init__(self, name: str = "keras", **options: Any) -> None:
        super().__init__()
        self._name = name
        self._options = options
        self._layers: List[Tuple[str, Any, int]] = []
        self._before: Dict[str, Tuple[Any, Any]] = {}
        self._affine: Dict[str, Tuple[Any, Any]] = {}
        self._has_unbuilt = False
        self._total = self._count = 0.0
        #: The run, None outside of `fit`.
        self.run: Optional[Run] = None

    def on_train_begin(self, logs: Any = None) -> None:
        if self.run is not None:
            self.run.leave()  # An exception ended the training before.
        self.run = start(self._name, **self._options)
        self._layers = []
        self._find_layers()
        self._remember()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._total = self._count = 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.run is None:
            return
        if hasattr(self.model, "jax_state_sync"):
            self.model.jax_state_sync()
        loss, examples = self._last_batch()
        layers, before, affine = self._layers, self._before, self._affine
        if self._has_unbuilt:
            self._find_layers()
        self._remember()
        for name, layer, places in layers:
            after = self._before[name]
            if all(map(numpy.array_equal, before[name], after)):
                continue  # It normalized by its moving statistics, as it does with training=False.
            mean, variance = batch_moments(before[name], after, layer.momentum)
            self.run.record(
                name,
                examples * places,
                mean,
                variance,
                *affine[name],
                kind="BatchNormalization",
                epsilon=layer.epsilon,
            )
        self.run.step(
            loss=loss,
            batch_size=examples,
            learning_rate=_array(self.model.optimizer.learning_rate).item(),
        )

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs = logs or {}
        if self.run is not None and "val_loss" in logs:
            self.run.evaluate(
                "validation",
                statistics="running",
                loss=logs["val_loss"],
                accuracy=logs.get("val_accuracy"),
            )

    def on_train_end(self, logs: Any = None) -> None:
        if self.run is not None:
            self.run.finish()
        self.run = None

    def _find_layers(self) -> None:
        """Chooses the layers; one that its first batch builds is recorded from the second on."""
        self._layers = []
        self._has_unbuilt = False
        for layer in self.model._flatten_layers(include_self=False, recursive=True):
            if not isinstance(layer, keras.layers.BatchNormalization) or not layer.trainable:
                continue
            if not layer.built:
                self._has_unbuilt = True
                continue
            places = _places(layer)
            reason = None
            if self.model.steps_per_execution != 1:
                reason = "several batches are one step (steps_per_execution)"
            elif not is_recoverable(layer.momentum):
                reason = (
                    f"with a momentum of {layer.momentum} the moments of a batch are lost in "
                    "rounding; at most 0.99 is possible"
                )
            elif places is None:
                reason = "the shape of its input is not known"
            else:
                self._layers.append((layer.path, layer, places))
            if reason is not None:
                text = f"Layer {layer.path} is not recorded: {reason}."
                warn(text)

    def _last_batch(self) -> Tuple[Optional[float], int]:
        """The loss and the number of examples of the last batch.

        Keras logs the mean over the epoch so far; the metric has its sum and its count.
        """
        metric = self.model.metrics[0]
        total, count = _array(metric.total).item(), _array(metric.count).item()
        examples = count - self._count
        loss = (total - self._total) / examples if examples else None
        self._total, self._count = total, count
        return loss, round(examples)

    def _remember(self) -> None:
        """Copies the moving statistics, gamma and beta."""
        self._before = {}
        self._affine = {}
        for name, layer, _ in self._layers:
            mean, variance = _array(layer.moving_mean), _array(layer.moving_variance)
            gamma = numpy.ones_like(mean) if layer.gamma is None else _array(layer.gamma)
            beta = numpy.zeros_like(mean) if layer.beta is None else _array(layer.beta)
            self._before[name] = (mean, variance)
            self._affine[name] = (gamma, beta)


def _array(variable: Any) -> Any:
    return numpy.array(keras.ops.convert_to_numpy(variable))


def _places(layer: Any) -> Optional[int]:
    """How many places of an example share a mean: 1 for features, height times width for images.

    None where the shape is not known before the training.
    """
    if layer.input_spec is not None and layer.input_spec.ndim == 2:
        return 1
    try:
        shape = list(layer.input.shape[1:])
    except (AttributeError, ValueError):
        return None
    del shape[layer.axis - 1 if layer.axis > 0 else layer.axis]
    return None if None in shape else int(numpy.prod(shape, dtype=int))
