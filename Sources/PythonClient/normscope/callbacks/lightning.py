"""Records training by Lightning: `Trainer(callbacks=[NormscopeCallback("resnet18")])`."""

from __future__ import annotations

from typing import Any, Optional

try:
    from lightning.pytorch import Callback
except ImportError:
    from pytorch_lightning import Callback  # type: ignore[no-redef,assignment]

from .. import watch
from ..plain import settings
from ..run import Run


class NormscopeCallback(Callback):
    """Watches the module while it is fitted, and records each optimizer step and each validation.

    `name` and `options` go to `normscope.watch`; the module's hyperparameters become the
    configuration. A step's loss is what `training_step` returns, the mean over its batches where
    gradients are accumulated.
    """

    def __init__(self, name: str = "lightning", **options: Any) -> None:
        self._name = name
        self._options = options
        self._steps = 0
        self._loss: Any = None
        #: The run, None outside of `fit`.
        self.run: Optional[Run] = None

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        options = dict(self._options)
        options["configuration"] = {**pl_module.hparams, **settings(options.get("configuration"))}
        self._steps = trainer.global_step
        self.run = watch(pl_module, self._name, **options)

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if self.run is None:
            return
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if loss is not None:
            # Lightning has divided it by the number of batches that it accumulates.
            self._loss = loss.detach() if self._loss is None else self._loss + loss.detach()
        if trainer.global_step == self._steps:
            return
        self._steps = trainer.global_step
        loss, self._loss = self._loss, None
        rates = [group["lr"] for one in trainer.optimizers for group in one.param_groups]
        self.run.step(loss=loss, learning_rate=rates[0] if rates else None)

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        if self.run is None or trainer.sanity_checking:
            return
        metrics = trainer.callback_metrics
        loss, accuracy = (
            next((metrics[key] for key in keys if key in metrics), None)
            for keys in (("val_loss", "validation_loss"), ("val_acc", "val_accuracy"))
        )
        self.run.evaluate("validation", statistics="running", loss=loss, accuracy=accuracy)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        if self.run is not None and not trainer.interrupted:
            self.run.finish()
        self.run = None

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        if self.run is not None:
            self.run.__exit__(type(exception), exception, exception.__traceback__)
        self.run = None
