"""Records what PyTorch keeps for a table of shapes, for machines without PyTorch.

Run `python3 test/python/record_saved_bytes.py` from anywhere; it writes `test/fixtures/saved-bytes.json`, an array of
`{request, result: {savedForBackwardBytes, sharedBytes, parameters}}`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from saved_bytes import measure

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "saved-bytes.json"

WIDTHS: dict[str, dict[str, int]] = {
    "v1.0": {"hidden": 1152, "heads": 16, "textTokens": 120},
    "v1.1": {"hidden": 1152, "heads": 16, "textTokens": 200},
    "v1.2": {"hidden": 1152, "heads": 16, "textTokens": 300},
    "v1.3": {"hidden": 1152, "heads": 16, "textTokens": 300},
    "v2.0": {"hidden": 3072, "heads": 24, "textTokens": 512},
}

# (model, kinds, batch, latent frames, rows, columns, dtype)
SHAPES: list[tuple[str, tuple[str, ...], int, int, int, int, str]] = [
    ("v1.0", ("spatiotemporal",), 1, 16, 16, 16, "bf16"),  # 256 x 256, 16 frames
    ("v1.0", ("spatiotemporal",), 2, 16, 16, 16, "bf16"),
    ("v1.0", ("spatiotemporal",), 1, 4, 16, 16, "fp32"),
    ("v1.1", ("spatiotemporal",), 1, 16, 9, 16, "bf16"),  # 144p, 16 frames
    ("v1.1", ("spatiotemporal",), 2, 16, 9, 16, "bf16"),
    ("v1.1", ("spatiotemporal",), 1, 4, 15, 27, "bf16"),  # 240p
    ("v1.1", ("spatiotemporal",), 1, 8, 9, 16, "fp32"),
    ("v1.2", ("spatial", "temporal"), 1, 15, 9, 16, "bf16"),  # 144p, 51 frames
    ("v1.2", ("spatial", "temporal"), 2, 15, 9, 16, "bf16"),
    ("v1.2", ("spatial", "temporal"), 1, 5, 15, 27, "bf16"),  # 240p, 17 frames
    ("v1.2", ("spatial", "temporal"), 1, 5, 23, 40, "bf16"),  # 360p, 17 frames
    ("v1.2", ("spatial", "temporal"), 4, 1, 9, 16, "bf16"),  # 144p images
    ("v1.2", ("spatial", "temporal"), 1, 15, 9, 16, "fp32"),
    ("v1.3", ("spatial", "temporal"), 1, 5, 23, 40, "bf16"),  # 360p, 17 frames: rows padded to 24
    ("v1.3", ("spatial", "temporal"), 2, 5, 15, 27, "bf16"),  # 240p: both padded, to 16 x 32
    ("v1.3", ("spatial", "temporal"), 1, 5, 16, 16, "bf16"),  # 256px: nothing padded
    ("v1.3", ("spatial", "temporal"), 1, 5, 9, 16, "fp32"),  # 144p: rows padded to 16
    ("v2.0", ("double", "single"), 1, 1, 16, 16, "bf16"),  # 256px image
    ("v2.0", ("double", "single"), 2, 1, 16, 16, "bf16"),
    ("v2.0", ("double", "single"), 1, 5, 16, 16, "bf16"),  # 256px, 17 frames
    ("v2.0", ("double", "single"), 1, 9, 16, 16, "bf16"),  # 256px, 33 frames
    ("v2.0", ("double", "single"), 1, 1, 16, 16, "fp32"),
]


def requests() -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "model": model,
            **WIDTHS[model],
            "batch": batch,
            "latentFrames": frames,
            "rows": rows,
            "columns": columns,
            "dtype": dtype,
        }
        for model, kinds, batch, frames, rows, columns, dtype in SHAPES
        for kind in kinds
    ]


def record(request: dict[str, Any]) -> dict[str, Any]:
    result = measure(request)
    del result["byTensor"]
    return {"request": request, "result": result}


def main() -> None:
    torch.manual_seed(0)
    lines = [json.dumps(record(request)) for request in requests()]
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    FIXTURE.write_text("[\n  " + ",\n  ".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
