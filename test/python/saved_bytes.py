"""Bytes that PyTorch keeps from a block's forward for its backward.

Reads one request or an array of them as JSON on standard input, each
`{kind, model, hidden, heads, batch, latentFrames, rows, columns, textTokens, dtype: "bf16" | "fp32"}`, runs the
forward of that block under `torch.autograd.graph.saved_tensors_hooks`, and prints for each
`{savedForBackwardBytes, sharedBytes, parameters, byTensor}`. A storage counts once and whole however many views of
it are kept; parameters and views of them are left out. `sharedBytes`, a part of the sum, is what all blocks of a
model share: the text of v1.x, the pooled embedding, the rotary tables.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from block_request import DTYPES, BlockRequest, run_block

# The block's own input is kept by this block alone; these are the same tensor in each block.
SHARED_INPUTS = ("y", "t", "t_tmp", "vec")
# Training freezes the caption embedder (v1.2 and v1.3's `freeze_y_embedder`), so no gradient reaches the text.
WITHOUT_GRADIENT = ("y",)


def fill(module: nn.Module) -> None:
    """Small numbers in place of an initialisation that would cost more than the forward."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(0.01)


def empty_parameters(request: BlockRequest, dtype: torch.dtype) -> nn.Module:
    """The block without the time that PyTorch's random initialisation takes at full width."""
    kept = {name: getattr(nn.init, name) for name in ("kaiming_uniform_", "uniform_")}
    for name in kept:
        setattr(nn.init, name, lambda tensor, *_, **__: tensor)
    try:
        block = request.block(dtype)
    finally:
        for name, function in kept.items():
            setattr(nn.init, name, function)
    fill(block)
    return block


def address(tensor: Tensor) -> int:
    return tensor.storage().data_ptr()


def measure(document: Mapping[str, Any]) -> dict[str, Any]:
    """Run one request."""
    request = BlockRequest.parse(document)
    dtype = DTYPES[document.get("dtype", "bf16")]
    block = empty_parameters(request, dtype)
    inputs = {
        name: torch.randn(shape).to(dtype).requires_grad_(name not in WITHOUT_GRADIENT)
        for name, shape in request.input_shapes.items()
    }
    tables = request.tables(torch.float32)

    parameters = {address(p) for p in block.parameters()}
    shared = {address(inputs[name]): name for name in SHARED_INPUTS if name in inputs}
    if tables is not None:
        shared |= {address(table): name for table, name in zip(tables, ("cos", "sin"), strict=True)}
    own = {address(inputs[name]): name for name in inputs if name not in SHARED_INPUTS}

    # Every kept tensor is held to the end: an address cannot then stand for two storages.
    kept: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        kept.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        outputs = run_block(block, request, inputs, tables)

    storages: dict[int, dict[str, Any]] = {}
    for tensor in kept:
        place = address(tensor)
        if place in parameters:
            continue
        entry = storages.setdefault(
            place,
            {
                "bytes": tensor.storage().nbytes(),
                "dtype": str(tensor.dtype).removeprefix("torch."),
                "shapes": [],
                "name": shared.get(place) or own.get(place),
                "shared": place in shared,
            },
        )
        if list(tensor.shape) not in entry["shapes"]:
            entry["shapes"].append(list(tensor.shape))
    del outputs

    return {
        "savedForBackwardBytes": sum(entry["bytes"] for entry in storages.values()),
        "sharedBytes": sum(entry["bytes"] for entry in storages.values() if entry["shared"]),
        "parameters": sum(p.numel() for p in block.parameters()),
        "byTensor": list(storages.values()),
    }


def main() -> None:
    requests = json.load(sys.stdin)
    torch.manual_seed(0)
    results = [measure(request) for request in (requests if isinstance(requests, list) else [requests])]
    json.dump(results if isinstance(requests, list) else results[0], sys.stdout)


if __name__ == "__main__":
    main()
