"""Outputs and gradients of a block in double precision.

Reads one request or an array of them as JSON on standard input, each
`{kind, model, hidden, heads, batch, latentFrames, rows, columns, textTokens, axes?, window?, positionScale?,
parameters: {name: {shape, data}}, inputs: {name: {shape, data}}, outputGradient: {name: {shape, data}}}`, and
prints for each `{outputs: {name: {shape, data}}, gradients: {parameter or input name: {shape, data}}}` for the loss
sum(output * outputGradient) over the outputs. Without `parameters` it prints what the block takes:
`{parameters: [{name, shape}], inputs: [{name, shape}], outputs: [name]}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from block_request import BlockRequest, run_block


def read_tensor(name: str, document: Mapping[str, Any], shape: tuple[int, ...]) -> Tensor:
    if tuple(document["shape"]) != shape:
        raise ValueError(f"{name} is {document['shape']}, but the block takes {list(shape)}")
    return torch.tensor(document["data"], dtype=torch.float64).reshape(shape)


def write_tensor(tensor: Tensor) -> dict[str, Any]:
    return {"shape": list(tensor.shape), "data": tensor.detach().flatten().tolist()}


def describe(request: BlockRequest) -> dict[str, Any]:
    block = request.block(torch.float64)
    return {
        "parameters": [{"name": name, "shape": list(p.shape)} for name, p in block.state_dict().items()],
        "inputs": [{"name": name, "shape": list(shape)} for name, shape in request.input_shapes.items()],
        "outputs": list(request.output_names),
    }


def evaluate(request: BlockRequest, document: Mapping[str, Any]) -> dict[str, Any]:
    block = request.block(torch.float64)
    expected = {name: tuple(p.shape) for name, p in block.state_dict().items()}
    given = document["parameters"]
    if set(given) != set(expected):
        raise ValueError(f"parameters differ from the block's: {sorted(set(given) ^ set(expected))}")
    block.load_state_dict({name: read_tensor(name, given[name], expected[name]) for name in expected})
    inputs = {
        name: read_tensor(name, document["inputs"][name], shape).requires_grad_()
        for name, shape in request.input_shapes.items()
    }
    outputs = run_block(block, request, inputs, request.tables(torch.float64))
    loss = sum(
        (output * read_tensor(name, document["outputGradient"][name], tuple(output.shape))).sum()
        for name, output in outputs.items()
    )
    assert isinstance(loss, Tensor)
    leaves = {**dict(block.named_parameters()), **inputs}
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return {
        "outputs": {name: write_tensor(output) for name, output in outputs.items()},
        "gradients": {name: write_tensor(g) for name, g in zip(leaves, gradients, strict=True)},
    }


def answer(document: Mapping[str, Any]) -> dict[str, Any]:
    request = BlockRequest.parse(document)
    return evaluate(request, document) if "parameters" in document else describe(request)


def main() -> None:
    documents = json.load(sys.stdin)
    answers = [answer(document) for document in documents] if isinstance(documents, list) else answer(documents)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
