"""The description of a line of `results.jsonl`, for whoever reads it with a program."""

from __future__ import annotations

import inspect
import json
from typing import Any

from autograder.grading.result_records import json_schema


def schema_text() -> str:
    """The JSON Schema of `results.jsonl` as a file, the same under every version of Python."""
    return json.dumps(_undented(json_schema()), indent=2, sort_keys=True) + "\n"


def _undented(schema: Any) -> Any:
    """Python 3.13 and later take the indentation out of docstrings by themselves."""
    if isinstance(schema, dict):
        return {key: _undented(value) for key, value in schema.items()}
    if isinstance(schema, list | tuple):
        return [_undented(value) for value in schema]
    return inspect.cleandoc(schema) if isinstance(schema, str) else schema
