"""Records training by Hugging Face's Trainer: `Trainer(callbacks=[NormscopeCallback("bert")])`."""

from __future__ import annotations

from typing import Any, Dict, Optional

from transformers import TrainerCallback

from .. import watch
from ..plain import settings
from ..run import Run


class NormscopeCallback(TrainerCallback):
    """Watches the model while it is trained, and records each optimizer step and each evaluation.

    `name` and `options` go to `normscope.watch`; the training arguments become the
    configuration. The Trainer reports the mean loss since it last logged, so a step has a loss with
    `logging_steps=1` only.
    """

    def __init__(self, name: str = "transformers", **options: Any) -> None:
        self._name = name
        self._options = options
        self._figures: Optional[Dict[str, Any]] = None
        #: The run, None outside of `train`.
        self.run: Optional[Run] = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **about: Any) -> None:
        if self.run is not None:
            self.run.leave()  # An exception ended the training before.
        options = dict(self._options)
        own = settings(options.get("configuration"))
        options["configuration"] = {**args.to_sanitized_dict(), **own}
        self.run = watch(about["model"], self._name, **options)

    def on_step_end(self, args: Any, state: Any, control: Any, **about: Any) -> None:
        # The loss comes with the log, after the step.
        self._figures = {"batch_size": args.train_batch_size * args.gradient_accumulation_steps}

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Optional[Dict[str, Any]] = None, **_: Any
    ) -> None:
        if self._figures is not None and logs and "loss" in logs and args.logging_steps == 1:
            self._figures["loss"] = float(logs["loss"])
            self._figures["learning_rate"] = logs.get("learning_rate")
            self._end_step()

    def on_step_begin(self, args: Any, state: Any, control: Any, **about: Any) -> None:
        self._end_step()

    def on_evaluate(
        self,
        args: Any,
        state: Any,
        control: Any,
        metrics: Optional[Dict[str, Any]] = None,
        **about: Any,
    ) -> None:
        self._end_step()
        if self.run is not None and metrics:
            loss, accuracy = metrics.get("eval_loss"), metrics.get("eval_accuracy")
            self.run.evaluate("validation", statistics="running", loss=loss, accuracy=accuracy)

    def on_train_end(self, args: Any, state: Any, control: Any, **about: Any) -> None:
        self._end_step()
        if self.run is not None:
            self.run.finish()
        self.run = None

    def _end_step(self) -> None:
        figures, self._figures = self._figures, None
        if self.run is not None and figures is not None:
            self.run.step(**figures)
