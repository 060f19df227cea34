"""The same blocks without fused kernels, as a user of eager PyTorch would write them.

Norms, rotary embedding and attention are plain operators, nothing is recomputed in the backward, and autograd keeps
what it keeps. It is what the benchmark times, and what the fused Functions are checked against.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional
from unittest import mock

import torch
from torch import Tensor
from torch.nn import functional as F

import opensora_blocks
from rotary_tables import Tables


def layer_norm(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], eps=opensora_blocks.EPS)


def rms_norm(x: Tensor, weight: Tensor) -> Tensor:
    return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + opensora_blocks.EPS))


def rotate(x: Tensor, tables: Optional[Tables], interleaved: bool) -> Tensor:
    if tables is None:
        return x
    cos, sin = (table.unsqueeze(-2) for table in tables)
    if interleaved:
        even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
        quarter_turn = torch.stack((-odd, even), -1).flatten(-2)
    else:
        first, second = x.chunk(2, -1)
        quarter_turn = torch.cat((-second, first), -1)
    return x * cos + quarter_turn * sin


def attend(q: Tensor, k: Tensor, v: Tensor, key_mask: Optional[Tensor] = None) -> Tensor:
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
    if key_mask is not None:
        scores = scores + key_mask[:, None, None]
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


@contextmanager
def eager() -> Iterator[None]:
    """Blocks that run inside use plain operators."""
    with mock.patch.multiple(
        opensora_blocks, layer_norm=layer_norm, rms_norm=rms_norm, rotate=rotate, attend=attend
    ):
        yield
