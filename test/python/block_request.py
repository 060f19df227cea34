"""A request for one block, read from JSON: which block, at what width and shape, and the inputs that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import torch
from torch import Tensor, nn

from opensora_blocks import (
    DoubleBlock,
    SingleBlock,
    SpatialBlock,
    SpatiotemporalV10Block,
    SpatiotemporalV11Block,
    TemporalBlock,
    WindowedBlock,
)
from rotary_tables import Tables, grid_positions, joint_tables, spacetime_tables, temporal_tables

KINDS = {
    "v1.0": ("spatiotemporal",),
    "v1.1": ("spatiotemporal",),
    "v1.2": ("spatial", "temporal"),
    "v1.3": ("spatial", "temporal"),
    "v2.0": ("double", "single"),
}
REQUIRED = ("kind", "model", "hidden", "heads", "batch", "latentFrames", "rows", "columns", "textTokens")
DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32, "fp64": torch.float64}


@dataclass(frozen=True)
class BlockRequest:
    """One block at one shape. Names in JSON are camelCase."""

    kind: str
    model: str
    hidden: int
    heads: int
    batch: int
    latent_frames: int
    rows: int
    columns: int
    text_tokens: int
    # v2.0: rotary widths of (frame, row, column); they add up to the head's.
    axes: tuple[int, ...] = (16, 56, 56)
    # v1.3: rows and columns of a window, and what row and column positions are divided by.
    window: tuple[int, int] = (8, 8)
    position_scale: float = 1.0

    @staticmethod
    def parse(document: Mapping[str, Any]) -> "BlockRequest":
        missing = [name for name in REQUIRED if name not in document]
        if missing:
            raise ValueError(f"the request lacks {', '.join(missing)}")
        request = BlockRequest(
            kind=document["kind"],
            model=document["model"],
            hidden=document["hidden"],
            heads=document["heads"],
            batch=document["batch"],
            latent_frames=document["latentFrames"],
            rows=document["rows"],
            columns=document["columns"],
            text_tokens=document["textTokens"],
            axes=tuple(document.get("axes", (16, 56, 56))),
            window=tuple(document.get("window", (8, 8))),
            position_scale=document.get("positionScale", 1.0),
        )
        if request.kind not in KINDS.get(request.model, ()):
            raise ValueError(f"{request.model} has no {request.kind} block; known: {KINDS}")
        if request.model == "v2.0" and sum(request.axes) != request.head_dim:
            raise ValueError(f"axes {request.axes} do not add up to a head of {request.head_dim}")
        return request

    @property
    def head_dim(self) -> int:
        return self.hidden // self.heads

    @property
    def tokens(self) -> int:
        """Video tokens of one sample."""
        return self.latent_frames * self.rows * self.columns

    @property
    def input_shapes(self) -> dict[str, tuple[int, ...]]:
        """Inputs by name, in the order of the block's arguments."""
        batch, hidden = self.batch, self.hidden
        if self.kind == "double":
            return {
                "img": (batch, self.tokens, hidden),
                "txt": (batch, self.text_tokens, hidden),
                "vec": (batch, hidden),
            }
        if self.kind == "single":
            return {"x": (batch, self.text_tokens + self.tokens, hidden), "vec": (batch, hidden)}
        shapes = {
            "x": (batch, self.tokens, hidden),
            "y": (batch, self.text_tokens, hidden),
            "t": (batch, 6 * hidden),
        }
        return {**shapes, "t_tmp": (batch, 3 * hidden)} if self.model == "v1.1" else shapes

    @property
    def output_names(self) -> tuple[str, ...]:
        return ("img", "txt") if self.kind == "double" else ("x",)

    def block(self, dtype: torch.dtype) -> nn.Module:
        """The block, its parameters made in that type."""
        before = torch.get_default_dtype()
        torch.set_default_dtype(dtype)
        try:
            return self._make()
        finally:
            torch.set_default_dtype(before)

    def _make(self) -> nn.Module:
        hidden, heads, frames = self.hidden, self.heads, self.latent_frames
        if self.model == "v1.3" and self.kind == "temporal":
            return WindowedBlock(hidden, heads, frames, self.rows, self.columns, self.window)
        makers: dict[tuple[str, str], Callable[[], nn.Module]] = {
            ("v1.0", "spatiotemporal"): lambda: SpatiotemporalV10Block(hidden, heads, frames),
            ("v1.1", "spatiotemporal"): lambda: SpatiotemporalV11Block(hidden, heads, frames),
            ("v1.2", "spatial"): lambda: SpatialBlock(hidden, heads, frames),
            ("v1.3", "spatial"): lambda: SpatialBlock(hidden, heads, frames),
            ("v1.2", "temporal"): lambda: TemporalBlock(hidden, heads, frames),
            ("v2.0", "double"): lambda: DoubleBlock(hidden, heads),
            ("v2.0", "single"): lambda: SingleBlock(hidden, heads),
        }
        return makers[self.model, self.kind]()

    def tables(self, dtype: torch.dtype) -> Optional[Tables]:
        """Rotary tables, the same for every block of the kind; none where the block turns nothing."""
        if self.model == "v2.0":
            return joint_tables(
                self.batch, self.text_tokens, self.latent_frames, self.rows, self.columns, self.axes, dtype
            )
        if self.model == "v1.1" or (self.model == "v1.2" and self.kind == "temporal"):
            return temporal_tables(self.latent_frames, self.head_dim, dtype)
        if self.model == "v1.3":
            if self.kind == "spatial":
                row, column = grid_positions(self.rows, self.columns)
                frame = torch.zeros_like(row)
            else:
                row, column, frame = grid_positions(*self.window, self.latent_frames)
            return spacetime_tables(frame, row, column, self.position_scale, self.head_dim, dtype)
        return None


def run_block(
    block: nn.Module, request: BlockRequest, inputs: Mapping[str, Tensor], tables: Optional[Tables]
) -> dict[str, Tensor]:
    """Forward of the block; its outputs by name."""
    arguments = [inputs[name] for name in request.input_shapes]
    outputs = block(*arguments) if tables is None else block(*arguments, tables)
    return dict(zip(request.output_names, outputs if isinstance(outputs, tuple) else (outputs,), strict=True))
