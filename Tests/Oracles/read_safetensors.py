"""Prints what Python's safetensors package reads from a file, as JSON; tried with safetensors 0.8.0.

usage: read_safetensors.py FILE
"""

import json
import sys

from safetensors import safe_open
from safetensors.numpy import load_file

with safe_open(sys.argv[1], "np") as file:
    metadata = file.metadata() or {}
tensors = {
    name: {"dtype": str(array.dtype), "shape": array.shape, "bytes": list(array.tobytes())}
    for name, array in load_file(sys.argv[1]).items()
}
print(json.dumps({"metadata": metadata, "tensors": tensors}))
