"""Writes the safetensors file that the SafetensorsFile tests read: safetensors==0.8.0, numpy==2.4.6.

python3 Tests/Oracles/safetensors_fixture.py
"""

import base64
import textwrap
from pathlib import Path

import numpy
import safetensors
from safetensors.numpy import save

assert (safetensors.__version__, numpy.__version__) == ("0.8.0", "2.4.6"), "see the pinned versions"

TARGET = Path(__file__).parents[1] / "SafetensorsTests" / "PythonSafetensors.swift"

TENSORS = {
    "weight": numpy.array([[1, -0.0, 0.1], [3e38, 1e-45, -2.5]], numpy.float32),
    "scalar": numpy.array(0.25, numpy.float32),
    "empty": numpy.zeros((0, 3), numpy.float32),
    'Größe "π"\n\\': numpy.array([-(2**31), 0, 2**31 - 1], numpy.int32),
    "long": numpy.array([[[-(2**63), -1]], [[0, 2**63 - 1]]], numpy.int64),
}
METADATA = {"format": "np", 'key "1"': "tab\tÄ\U0001f600"}

text = base64.b64encode(save(TENSORS, METADATA)).decode()
lines = textwrap.fill(text, 92, initial_indent=" " * 4, subsequent_indent=" " * 4)
TARGET.parent.mkdir(exist_ok=True)
TARGET.write_text(
    "// Written by Tests/Oracles/safetensors_fixture.py; don't edit.\n\n"
    "/// A file that the safetensors package of Python wrote.\n"
    "enum PythonSafetensors {\n"
    "  /// Its bytes in base64, in lines.\n"
    f'  static let base64 = """\n{lines}\n    """\n'
    "}\n"
)
