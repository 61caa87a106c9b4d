"""The source of a class for each noun of an OpenAPI document, with a method for each of its operations.

The operation `apiKeys_create` is `api_keys.create()`: it takes the ids of its path, then the fields of its body or query by
their names. A list has an iterator over all its pages beside it, `all()`.
"""

import keyword
import re
from dataclasses import dataclass
from typing import Any

BY_HAND = re.compile(r"/v1/(authorize|keys/verify)")
"""What is written by hand: the question of the guards, and the checks of tokens."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """What differs between the sync and the async methods."""

    prefix: str
    define: str
    wait: str
    iterator: str
    every_item: str


SYNC = Kind("", "def", "", "Iterator", "every_item")
ASYNC = Kind("Async", "async def", "await ", "AsyncIterator", "every_item_async")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query."""

    name: str
    type: str
    required: bool

    @property
    def argument(self) -> str:
        return f"{self.name}_" if keyword.iskeyword(self.name) else self.name

    @property
    def declaration(self) -> str:
        return f"{self.argument}: {self.type}" + ("" if self.required else " | None = None")


@dataclass(frozen=True)
class Result:
    """What an operation answers."""

    type: str
    item: str | None = None
    streams: bool = False


def resources(document: Json, kind: Kind) -> str:
    nouns: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            # What redirects is for browsers.
            if BY_HAND.match(path) or "302" in operation["responses"]:
                continue
            noun, name = operation["operationId"].split("_")
            methods = methods_of(snake(name), method.upper(), path, operation, kind)
            nouns.setdefault(noun, []).extend(methods)
    classes = [class_of(noun, methods, kind) for noun, methods in nouns.items()]
    return "\n\n\n".join([head_of(kind, "".join(classes)), *classes, everything([*nouns], kind)])


def head_of(kind: Kind, source: str) -> str:
    literal = ", Literal" if "Literal[" in source else ""
    return f"""
from __future__ import annotations

from typing import TYPE_CHECKING{literal}

from ._calls import Call, segment
from ._pages import Page, {kind.every_item}

if TYPE_CHECKING:
    from collections.abc import {kind.iterator}
    from typing import Unpack

    from . import models
    from ._sending import {kind.prefix}Calls"""


def class_of(noun: str, methods: list[str], kind: Kind) -> str:
    return "\n\n".join(
        [
            f"class {kind.prefix}{pascal(noun)}:",
            f"    def __init__(self, calls: {kind.prefix}Calls) -> None:\n        self._calls = calls",
            *methods,
        ]
    )


def everything(nouns: list[str], kind: Kind) -> str:
    made = [f"        self.{snake(noun)} = {kind.prefix}{pascal(noun)}(calls)" for noun in nouns]
    return "\n".join(
        [
            f"class {kind.prefix}Resources:",
            f"    def __init__(self, calls: {kind.prefix}Calls) -> None:",
            "        self._calls = calls",
            *made,
            "",
        ]
    )


def methods_of(name: str, method: str, path: str, operation: Json, kind: Kind) -> list[str]:
    ids = re.findall(r"\{(\w+)\}", path)
    query = query_of(operation)
    body, body_kind = body_of(operation)
    result = result_of(operation)
    keyed = any(given["name"] == "Idempotency-Key" for given in operation["parameters"])
    named = [
        *(parameter.declaration for parameter in query),
        *(["idempotency_key: str | None = None"] if keyed else []),
    ]
    taken = arguments(ids, [*named, *([f"**body: Unpack[{body}]"] if body else [])])
    call = call_of(method, path, query, body_kind, keyed, "security" not in operation)
    text = docstring(operation)
    if result.streams:
        returned = f"{kind.iterator}[bytes]"
        return [
            f"    def {name}({taken}) -> {returned}:\n{text}\n        return self._calls.stream({call})"
        ]
    send = f"{kind.wait}self._calls.send({call})"
    if result.type != "None":
        send = f"answer: {result.type} = {send}\n        return answer"
    source = f"    {kind.define} {name}({taken}) -> {result.type}:\n{text}\n        {send}"
    if result.item is None:
        return [source]
    return [source, every_method(name, ids, query, result.item, kind)]


def arguments(ids: list[str], named: list[str]) -> str:
    """The parameters of a method: ids by their places, the rest by names."""
    by_place = [*(f"{id}: str" for id in ids), "/"] if ids else []
    by_name = [] if not named or named[0].startswith("**") else ["*"]
    return ", ".join(["self", *by_place, *by_name, *named])


def call_of(
    method: str, path: str, query: list[Parameter], body_kind: str, keyed: bool, is_open: bool
) -> str:
    filled = re.sub(r"\{(\w+)\}", r"{segment(\1)}", path)
    given = [f'method="{method}"', f'path={"f" if filled != path else ""}"{filled}"']
    if query:
        pairs = ", ".join(f'"{one.name}": {one.argument}' for one in query)
        given.append(f"query={{{pairs}}}")
    if body_kind:
        given.append(f"{body_kind}=body")
    if keyed:
        given += ["keyed=True", "idempotency_key=idempotency_key"]
    if is_open:
        given.append("open=True")
    return f"Call({', '.join(given)})"


def every_method(name: str, ids: list[str], query: list[Parameter], item: str, kind: Kind) -> str:
    """Beside a list of pages, the iterator over all of them, in pages as large as there are unless told otherwise."""
    kept = [one for one in query if one.name not in {"limit", "cursor"}]
    passed = [
        *ids,
        *(f"{one.argument}={one.argument}" for one in kept),
        "limit=limit",
        "cursor=cursor",
    ]
    taken = arguments(ids, [*(one.declaration for one in kept), "limit: int = 100"])
    page = f"self.{name}({', '.join(passed)})"
    return f'''    def all({taken}) -> {kind.iterator}[{item}]:
        """Every item of `{name}`, fetched page by page as they are asked for."""
        return {kind.every_item}(lambda cursor: {page})'''


def query_of(operation: Json) -> list[Parameter]:
    given = [one for one in operation["parameters"] if one["in"] == "query"]
    # Python wants those first that have to be given.
    given.sort(key=lambda one: not one["required"])
    return [Parameter(one["name"], type_of(one["schema"]), one["required"]) for one in given]


def type_of(schema: Json) -> str:
    if "enum" in schema:
        return f"Literal[{', '.join(repr(value) for value in schema['enum'])}]"
    return {"string": "str", "integer": "int", "boolean": "bool"}[schema["type"]]


def body_of(operation: Json) -> tuple[str, str]:
    """The type of a body, and whether it is a `form` or a `body` of JSON; empty texts where there is none."""
    if "requestBody" not in operation:
        return "", ""
    [(media_type, content)] = operation["requestBody"]["content"].items()
    return referenced(content["schema"]), "body" if media_type == "application/json" else "form"


def result_of(operation: Json) -> Result:
    success = next(answer for code, answer in operation["responses"].items() if code[0] == "2")
    if "content" not in success:
        return Result("None")
    if "application/json" not in success["content"]:
        return Result("bytes", streams=True)
    schema = success["content"]["application/json"]["schema"]
    if "$ref" in schema:
        return Result(referenced(schema))
    item = referenced(schema["properties"]["data"]["items"])
    return Result(f"Page[{item}]", item)


def docstring(operation: Json) -> str:
    query = [
        f"`{one['name']}`: {one['description']}"
        for one in operation["parameters"]
        if one["in"] == "query" and "description" in one
    ]
    parts = [operation.get("summary"), operation.get("description"), *query]
    lines = "\n\n".join(filter(None, parts)).replace("\\", "\\\\").split("\n")
    indented = "\n".join(f"        {line}".rstrip() for line in lines).strip()
    end = "" if len(lines) == 1 else "\n        "
    return f'        """{indented}{end}"""'


def referenced(schema: Json) -> str:
    return f"models.{schema['$ref'].split('/')[-1]}"


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name.replace("oAuth", "oauth")).lower()


def pascal(name: str) -> str:
    return "".join(word.capitalize() for word in snake(name).split("_"))
