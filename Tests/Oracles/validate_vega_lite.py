"""Checks specifications of Vega-Lite against its own schema, and draws them where vl-convert-python is installed.

    python3 validate_vega_lite.py FILE...

Prints what is wrong with each file, and exits with code 1 where anything is. Needs altair 5, which brings the schema of
Vega-Lite 5, and jsonschema.
"""

import json
import sys
from importlib import resources

import jsonschema

try:
    import vl_convert
except ImportError:
    vl_convert = None


def texts(svg):
    """The texts of a drawing, without its markup."""
    import xml.etree.ElementTree as tree

    return [element.text or "" for element in tree.fromstring(svg).iter() if element.tag.endswith("text")]


def main(paths):
    schema = resources.files("altair.vegalite.v5.schema").joinpath("vega-lite-schema.json")
    validator = jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))
    problems = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            spec = json.load(file)
        for error in validator.iter_errors(spec):
            problems.append(f"{path}: {list(error.absolute_path)}: {error.message[:300]}")
        if vl_convert is None:
            continue
        drawn = texts(vl_convert.vegalite_to_svg(spec, vl_version="5.20"))
        for panel in spec["concat"]:
            if panel["title"]["text"] not in drawn:
                problems.append(f"{path}: the panel {panel['title']['text']!r} is not drawn")
    print("\n".join(problems))
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
