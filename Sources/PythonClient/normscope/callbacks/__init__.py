"""Callbacks for training frameworks; each module imports its framework, this one none.

- `normscope.callbacks.lightning.NormscopeCallback` for Lightning and PyTorch Lightning
- `normscope.callbacks.transformers.NormscopeCallback` for the Trainer of Hugging Face
- `normscope.callbacks.keras.NormscopeCallback` for Keras 3 on any backend
- `normscope.callbacks.jax.record_batch_stats` for Flax and other training loops in JAX
"""
