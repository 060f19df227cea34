"""Loads an Open-Sora config as upstream's loader does: mmengine's Config._file2dict and _merge_a_into_b."""

import ast
import os

DELETE = "_delete_"


def load(text, folder, name="config"):
    names = {}
    exec(compile(ast.parse(text, name), name, "exec"), names)
    own = {key: value for key, value in names.items() if not key.startswith("__")}
    bases = own.pop("_base_", [])
    merged = {}
    for path in [bases] if isinstance(bases, str) else bases:
        full = os.path.join(folder, path)
        with open(full) as file:
            base = load(file.read(), os.path.dirname(full), path)
        if merged.keys() & base.keys():
            raise KeyError(f"duplicate keys in bases: {sorted(merged.keys() & base.keys())}")
        merged.update(base)
    return merge(own, merged)


def merge(own, base):
    result = dict(base)
    for key, value in own.items():
        if not isinstance(value, dict):
            result[key] = value
            continue
        value = dict(value)
        if key in result and not value.pop(DELETE, False):
            if not isinstance(result[key], dict):
                raise TypeError(f"{key} is a dict and its base is none")
            result[key] = merge(value, result[key])
        else:
            result[key] = value
    return result
