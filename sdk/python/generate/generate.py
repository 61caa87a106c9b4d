"""Writes what is generated of `src/latchkey` from the server's OpenAPI document.

The objects by datamodel-code-generator, the methods by `resources.py`. An argument names another folder to write to.
"""

import json
import subprocess
import sys
from pathlib import Path

from resources import ASYNC, SYNC, resources

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[2] / "openapi.json"
HEAD = '"""{}\n\nGenerated from openapi.json by `npm run generate:python`.\n"""'


def main() -> None:
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "src" / "latchkey"
    document = json.loads(DOCUMENT.read_text())
    write_models(output / "models.py")
    for name, kind in {"_resources.py": SYNC, "_async_resources.py": ASYNC}.items():
        head = HEAD.format("The nouns of the API, with a method for each call.")
        (output / name).write_text(f"{head}\n{resources(document, kind)}")
        run("ruff", "format", "--config", HERE.parent / "pyproject.toml", output / name)


def write_models(output: Path) -> None:
    head = HEAD.format("The objects that Latchkey takes and answers: dictionaries with known keys.")
    run(
        "datamodel_code_generator",
        f"--input={DOCUMENT}",
        f"--output={output}",
        "--input-file-type=openapi",
        "--openapi-scopes=schemas",
        "--output-model-type=typing.TypedDict",
        "--target-python-version=3.11",
        "--strict-nullable",
        "--enum-field-as-literal=all",
        "--use-field-description",
        "--use-inline-field-description",
        f"--custom-file-header={head}",
        "--formatters=ruff-format",
    )


def run(module: str, *arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE)


main()
