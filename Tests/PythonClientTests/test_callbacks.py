"""The callbacks inside the real frameworks, each where it is installed."""

import os

import pytest

numpy = pytest.importorskip("numpy")
os.environ.setdefault("KERAS_BACKEND", "jax")


def batches(count, size, features, seed=0):
    generator = numpy.random.default_rng(seed)
    examples = generator.normal(2, 3, (count * size, features)).astype("float32")
    labels = generator.integers(0, 3, count * size)
    return examples, labels


@pytest.mark.parametrize("momentum", [0.9, 0.99])
def test_keras_records_the_moments_of_each_batch(fake, momentum):
    keras = pytest.importorskip("keras")
    from normscope.callbacks.keras import NormscopeCallback

    keras.utils.set_random_seed(1)
    inputs = keras.Input((6,))
    norm = keras.layers.BatchNormalization(momentum=momentum, epsilon=1e-2, name="bn")
    outputs = keras.layers.Dense(3)(norm(inputs))
    model = keras.Model(inputs, outputs)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(0.125), loss=loss, metrics=["accuracy"])
    examples, labels = batches(5, 16, 6)
    examples, labels = examples[:-4], labels[:-4]  # The last batch is smaller.
    model.fit(
        examples,
        labels,
        batch_size=16,
        epochs=2,
        shuffle=False,
        verbose=0,
        validation_data=(examples, labels),
        callbacks=[NormscopeCallback("keras", configuration={"momentum": momentum})],
    )
    (declared,) = [one for message in fake.messages("tensors") for one in message["tensors"]]
    assert declared["units"] == 6 and declared["epsilon"] == pytest.approx(1e-2)
    steps = fake.messages("step")
    assert [step["step"] for step in steps] == list(range(10))
    assert [step["batch_size"] for step in steps[:5]] == [16, 16, 16, 16, 12]
    for step in steps:
        first = step["step"] % 5 * 16
        batch = examples[first : first + 16].astype("float64")
        columns = step["columns"]
        assert columns["count"] == [len(batch)]
        numpy.testing.assert_allclose(columns["mean"], batch.mean(0), atol=3e-4)
        numpy.testing.assert_allclose(columns["variance"], batch.var(0), rtol=1e-3)
        assert step["learning_rate"] == 0.125
    assert steps[0]["columns"]["gamma"] == [1] * 6 and steps[1]["columns"]["beta"] != [0] * 6
    evaluations = fake.messages("evaluation")
    assert [one["step"] for one in evaluations] == [5, 10]
    assert all(one["statistics"] == "running" and one["loss"] > 0 for one in evaluations)
    assert fake.messages("end")[0]["status"] == "finished"


def test_keras_loss_of_a_step_is_that_of_its_batch(fake):
    keras = pytest.importorskip("keras")
    from normscope.callbacks.keras import NormscopeCallback

    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse")
    examples, _ = batches(4, 8, 6)
    targets = numpy.arange(32, dtype="float32")[:, None]
    model.fit(
        examples,
        targets,
        batch_size=8,
        epochs=2,
        shuffle=False,
        verbose=0,
        callbacks=[NormscopeCallback("losses")],
    )
    errors = ((model.predict(examples, verbose=0) - targets) ** 2).reshape(4, 8).mean(1)
    losses = [step["loss"] for step in fake.messages("step")]
    numpy.testing.assert_allclose(losses, numpy.concatenate([errors, errors]), rtol=1e-4)


def test_keras_images_count_their_places_and_slow_averages_are_left_out(fake):
    keras = pytest.importorskip("keras")
    from normscope.callbacks.keras import NormscopeCallback

    model = keras.Sequential(
        [
            keras.Input((5, 4, 3)),
            keras.layers.BatchNormalization(name="kept"),
            keras.layers.BatchNormalization(name="slow", momentum=0.999),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer="sgd", loss="mse")
    images = numpy.random.default_rng(1).normal(1, 2, (16, 5, 4, 3)).astype("float32")
    with pytest.warns(RuntimeWarning, match="slow is not recorded: with a momentum of 0.999"):
        model.fit(
            images,
            numpy.zeros((16, 1)),
            batch_size=8,
            shuffle=False,
            verbose=0,
            callbacks=[NormscopeCallback("images")],
        )
    first, second = fake.messages("step")
    assert first["columns"]["count"] == second["columns"]["count"] == [8 * 20]
    numpy.testing.assert_allclose(second["columns"]["mean"], images[8:].mean((0, 1, 2)), atol=2e-4)


def test_keras_layers_without_batch_moments_have_none(fake):
    keras = pytest.importorskip("keras")
    from normscope.callbacks.keras import NormscopeCallback

    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.frozen = keras.layers.BatchNormalization(name="frozen", trainable=False)
            self.running = keras.layers.BatchNormalization(name="running")
            self.own = keras.layers.BatchNormalization(name="own")
            self.last = keras.layers.Dense(1)

        def call(self, x, training=None):
            x = self.running(self.frozen(x, training=training), training=False)
            return self.last(self.own(x, training=training))

    model = Model()
    model.compile(optimizer="sgd", loss="mse")
    examples, labels = batches(4, 8, 6)
    callback = NormscopeCallback("frozen")
    model.fit(examples, labels, batch_size=8, verbose=0, callbacks=[callback])
    names = [one["name"] for message in fake.messages("tensors") for one in message["tensors"]]
    assert [name.split("/")[-1] for name in names] == ["own"] and len(fake.messages("step")) == 4

    columns = [step.get("columns") for step in fake.messages("step")]
    assert all(columns[1:])  # TensorFlow builds the layer with the first batch.

    if keras.backend.backend() == "torch":
        return  # It has no steps_per_execution.
    model.compile(optimizer="sgd", loss="mse", steps_per_execution=2)
    with pytest.warns(RuntimeWarning, match="own is not recorded: several batches are one step"):
        model.fit(examples, labels, batch_size=8, verbose=0, callbacks=[callback])
    assert [step["step"] for step in fake.messages("step")] == [0, 1, 2, 3, 0, 1]
    assert all("columns" not in step for step in fake.messages("step")[4:])


def test_keras_run_of_a_failed_fit_is_left_interrupted(fake):
    keras = pytest.importorskip("keras")
    from normscope.callbacks.keras import NormscopeCallback

    class Failure(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise OSError("no such file")

    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    examples, labels = batches(2, 8, 6)
    callback = NormscopeCallback("twice")
    with pytest.raises(OSError):
        model.fit(examples, labels, verbose=0, callbacks=[callback, Failure()])
    model.fit(examples, labels, verbose=0, callbacks=[callback])
    assert len(fake.messages("begin")) == 2 and len(fake.messages("end")) == 1


def test_flax_records_the_moments_of_each_batch(fake):
    jax = pytest.importorskip("jax")
    linen = pytest.importorskip("flax.linen")
    import normscope
    from normscope.callbacks.jax import record_batch_stats

    class Model(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = linen.BatchNorm(use_running_average=False, momentum=0.9, name="first")(x)
            x = linen.Dense(4, name="dense")(x)
            return linen.BatchNorm(use_running_average=False, momentum=0.9, name="second")(x)

    examples, _ = batches(4, 16, 6)
    model = Model()
    variables = model.init(jax.random.PRNGKey(0), examples[:16])
    params, stats = variables["params"], variables["batch_stats"]

    @jax.jit
    def update(stats, x):
        return model.apply({"params": params, "batch_stats": stats}, x, mutable=["batch_stats"])[1]

    with normscope.start("flax") as run:
        for index in range(4):
            x = examples[index * 16 : index * 16 + 16]
            after = update(stats, x)["batch_stats"]
            record_batch_stats(run, stats, after, len(x), momentum=0.9, params=params)
            run.step()
            stats = after
    names = [one["name"] for message in fake.messages("tensors") for one in message["tensors"]]
    assert names == ["first", "second"]
    for index, step in enumerate(fake.messages("step")):
        x = examples[index * 16 : index * 16 + 16].astype("float64")
        assert step["columns"]["count"] == [16, 16] and step["columns"]["gamma"] == [1] * 10
        normalized = (x - x.mean(0)) / numpy.sqrt(x.var(0) + 1e-5)
        dense = normalized @ numpy.asarray(params["dense"]["kernel"], "float64")
        means = numpy.concatenate([x.mean(0), dense.mean(0)])
        variances = numpy.concatenate([x.var(0), dense.var(0)])
        numpy.testing.assert_allclose(step["columns"]["mean"], means, atol=3e-5)
        numpy.testing.assert_allclose(step["columns"]["variance"], variances, rtol=1e-4)


def test_flax_nnx_state_is_read_too(fake):
    nnx = pytest.importorskip("flax.nnx")
    import normscope
    from normscope.callbacks.jax import record_batch_stats

    model = nnx.Sequential(
        nnx.Linear(6, 4, rngs=nnx.Rngs(0)), nnx.BatchNorm(4, momentum=0.9, rngs=nnx.Rngs(0))
    )
    examples, _ = batches(1, 16, 6)
    with normscope.start("nnx") as run:
        before = nnx.to_pure_dict(nnx.state(model, nnx.BatchStat))
        params = nnx.to_pure_dict(nnx.state(model, nnx.Param))
        model(examples)
        after = nnx.to_pure_dict(nnx.state(model, nnx.BatchStat))
        record_batch_stats(run, before, after, 16, momentum=0.9, params=params)
        run.step()
    kernel = numpy.asarray(model.layers[0].kernel[...], "float64")
    inputs = examples.astype("float64") @ kernel
    (step,) = fake.messages("step")
    numpy.testing.assert_allclose(step["columns"]["mean"], inputs.mean(0), atol=3e-5)
    numpy.testing.assert_allclose(step["columns"]["variance"], inputs.var(0), rtol=1e-4)


def test_statistics_that_rounding_hides_are_refused(fake):
    import normscope
    from normscope.callbacks.jax import record_batch_stats

    with normscope.start("slow") as run:
        with pytest.raises(ValueError, match="0.999"):
            record_batch_stats(run, {}, {}, 16, momentum=0.999)


def torch_network():
    torch = pytest.importorskip("torch")
    pytest.importorskip("normscope.pytorch")
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Linear(6, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(), torch.nn.Linear(4, 3)
    )


def lightning_setting(folder):
    """PyTorch, Lightning, and what fits a module to six batches with our callback."""
    torch = pytest.importorskip("torch")
    try:
        import lightning.pytorch as lightning
    except ImportError:
        lightning = pytest.importorskip("pytorch_lightning")
    from normscope.callbacks.lightning import NormscopeCallback

    def fit(module, validates=False, **options):
        examples, labels = map(torch.from_numpy, batches(6, 8, 6))
        data = torch.utils.data.TensorDataset(examples, labels)
        loader = torch.utils.data.DataLoader(data, batch_size=8)
        trainer = lightning.Trainer(
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            default_root_dir=str(folder),
            callbacks=[NormscopeCallback("lightning")],
            **options,
        )
        trainer.fit(module, loader, loader if validates else None)
        return examples

    return torch, lightning, fit


def test_lightning_records_each_optimizer_step(fake, tmp_path):
    torch, lightning, fit = lightning_setting(tmp_path)

    class Module(lightning.LightningModule):
        def __init__(self, width=4):
            super().__init__()
            self.save_hyperparameters()
            self.network = torch_network()
            self.losses = []

        def training_step(self, batch, index):
            loss = torch.nn.functional.cross_entropy(self.network(batch[0]), batch[1])
            self.losses.append(loss.item())
            return loss

        def validation_step(self, batch, index):
            loss = torch.nn.functional.cross_entropy(self.network(batch[0]), batch[1])
            self.log("val_loss", loss)

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.25)

    module = Module()
    weight, bias = (one.detach().clone() for one in module.network[0].parameters())
    examples = fit(module, validates=True, max_epochs=2, accumulate_grad_batches=2)
    (begin,) = fake.messages("begin")
    assert begin["configuration"]["width"] == 4
    steps = fake.messages("step")
    assert [step["step"] for step in steps] == list(range(6))
    means = [(a + b) / 2 for a, b in zip(module.losses[::2], module.losses[1::2])]
    assert [step["loss"] for step in steps] == pytest.approx(means)
    assert {step["learning_rate"] for step in steps} == {0.25}
    tensor = fake.messages("tensors")[0]["tensors"][0]
    assert tensor["layer"] == "network.1"
    # The first update merges two batches, seen by the first weights.
    inputs = (examples[:16] @ weight.T + bias).double()
    first = steps[0]["columns"]
    assert first["count"][0] == 16
    numpy.testing.assert_allclose(first["mean"][:4], inputs.mean(0), atol=1e-4)
    numpy.testing.assert_allclose(first["variance"][:4], inputs.var(0, unbiased=False), rtol=1e-4)
    assert [one["step"] for one in fake.messages("evaluation")] == [3, 6]
    assert fake.messages("end") == [{"type": "end", "status": "finished"}]


def test_lightning_says_why_a_fit_failed(fake, tmp_path):
    torch, lightning, fit = lightning_setting(tmp_path)

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.network = torch_network()

        def training_step(self, batch, index):
            if index == 2:
                raise ValueError("no such label")
            return self.network(batch[0]).sum()

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.25)

    with pytest.raises(ValueError, match="no such label"):
        fit(Module(), max_epochs=1)
    assert len(fake.messages("step")) == 2
    (end,) = fake.messages("end")
    assert end["status"] == "failed" and end["reason"] == "ValueError: no such label"


@pytest.mark.parametrize("logging_steps", [1, 3])
def test_trainer_of_hugging_face_records_each_step(fake, tmp_path, logging_steps):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from normscope.callbacks.transformers import NormscopeCallback

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = torch_network()

        def forward(self, inputs, labels):
            logits = self.network(inputs)
            return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}

    examples, labels = batches(6, 8, 6)
    data = [{"inputs": x, "labels": int(y)} for x, y in zip(examples, labels)]
    trainer = transformers.Trainer(
        model=Model(),
        args=transformers.TrainingArguments(
            output_dir=str(tmp_path),
            num_train_epochs=2,
            per_device_train_batch_size=8,
            learning_rate=0.125,
            lr_scheduler_type="constant",
            logging_steps=logging_steps,
            eval_strategy="epoch",
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
        ),
        train_dataset=data,
        eval_dataset=data,
        callbacks=[NormscopeCallback("trainer")],
    )
    trainer.train()
    steps = fake.messages("step")
    assert [step["step"] for step in steps] == list(range(12))
    assert {step["batch_size"] for step in steps} == {8}
    if logging_steps == 1:
        logged = [one["loss"] for one in trainer.state.log_history if "loss" in one]
        assert [step["loss"] for step in steps] == pytest.approx(logged, abs=1e-4)
        assert {step["learning_rate"] for step in steps} == {0.125}
    else:
        assert all("loss" not in step for step in steps)
    assert all(set(step["columns"]["count"]) == {8} for step in steps)
    assert [one["step"] for one in fake.messages("evaluation")] == [6, 12]
    assert fake.messages("begin")[0]["configuration"]["learning_rate"] == 0.125
    assert fake.messages("end") == [{"type": "end", "status": "finished"}]
