"""Tables (cos, sin) of the rotary embeddings of each Open-Sora version, computed from token positions."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

THETA = 10000.0

Tables = tuple[Tensor, Tensor]


def axis_angles(positions: Tensor, dim: int) -> Tensor:
    """Angle of each position for the dim/2 frequencies of one axis: [L, dim/2]."""
    if dim % 2:
        raise ValueError(f"a rotary axis needs an even width, not {dim}")
    frequencies = THETA ** (-torch.arange(0, dim, 2, dtype=torch.float64) / dim)
    return positions.to(torch.float64)[:, None] * frequencies


def _interleaved(angles: Tensor, dtype: torch.dtype) -> Tables:
    """Each angle stands for two neighbouring features."""
    doubled = angles.repeat_interleave(2, -1)
    return doubled.cos().to(dtype), doubled.sin().to(dtype)


def grid_positions(*sizes: int) -> list[Tensor]:
    """Position along each axis of every token of a row-major grid."""
    axes = torch.meshgrid(*(torch.arange(size) for size in sizes), indexing="ij")
    return [axis.flatten() for axis in axes]


def temporal_tables(frames: int, head_dim: int, dtype: torch.dtype) -> Tables:
    """v1.1 and v1.2: position is the latent frame. Each table [frames, head_dim]."""
    return _interleaved(axis_angles(torch.arange(frames), head_dim), dtype)


def spacetime_tables(
    frame: Tensor, row: Tensor, column: Tensor, scale: float, head_dim: int, dtype: torch.dtype
) -> Tables:
    """v1.3: thirds of the head for frame, row / scale and column / scale. Each table [L, head_dim]."""
    if head_dim % 6:
        raise ValueError(f"v1.3 turns thirds of a head by pairs: its width must divide by 6, not {head_dim}")
    third = head_dim // 3
    positions = (frame.double(), row.double() / scale, column.double() / scale)
    angles = [axis_angles(p, third) for p in positions]
    return _interleaved(torch.cat(angles, -1), dtype)


def joint_tables(
    batch: int, text_tokens: int, frames: int, rows: int, columns: int, axes: Sequence[int], dtype: torch.dtype
) -> Tables:
    """v2.0: axes (frame, row, column) side by side in each half of the head, text at position 0.

    Each table [batch, text + image tokens, head_dim], the half's angles twice, as upstream holds them.
    """
    parts = [
        axis_angles(torch.cat((torch.zeros(text_tokens, dtype=p.dtype), p)), width)
        for p, width in zip(grid_positions(frames, rows, columns), axes, strict=True)
    ]
    half = torch.cat(parts, -1)
    full = torch.cat((half, half), -1).expand(batch, -1, -1)
    return full.cos().to(dtype).contiguous(), full.sin().to(dtype).contiguous()
