"""Open-Sora's transformer blocks, v1.0 to v2.0, as a reference for Preflight's graphs.

Written for the tests from the published architecture: parameter names and shapes are upstream's, the code is not.
The fused kernels that upstream trains with are those of `fused_kernels`; all else is plain PyTorch. Dropout and
drop path are 0 and the text is at full length, so nothing is masked but v1.3's window padding.

Tokens of a video are ordered frame by frame, each frame row by row.
"""

from __future__ import annotations

from typing import Optional

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fused_kernels import FusedAttention, FusedLayerNorm, FusedRMSNorm, FusedRotary
from rotary_tables import Tables

EPS = 1e-6
MLP_RATIO = 4


def layer_norm(x: Tensor) -> Tensor:
    return FusedLayerNorm.apply(x, EPS)


def attend(q: Tensor, k: Tensor, v: Tensor, key_mask: Optional[Tensor] = None) -> Tensor:
    """Attention of q, k, v [B, L, heads, d]; the answer is [B, L, heads * d]."""
    return FusedAttention.apply(q, k, v, q.shape[-1] ** -0.5, key_mask).flatten(2)


def rotate(x: Tensor, tables: Optional[Tables], interleaved: bool) -> Tensor:
    """Rotary embedding of x [B, L, heads, d]; x itself where there are no tables."""
    return x if tables is None else FusedRotary.apply(x, *tables, interleaved)


def rms_norm(x: Tensor, weight: Tensor) -> Tensor:
    return FusedRMSNorm.apply(x, weight, EPS)


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    return x * (1 + scale) + shift


class WeightedRMSNorm(nn.Module):
    """RMS norm of a head; STDiT calls its parameter `weight`."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return rms_norm(x, self.weight)


class ScaledRMSNorm(nn.Module):
    """The same norm; MMDiT calls its parameter `scale`."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return rms_norm(x, self.scale)


# --- STDiT: v1.0 to v1.3 ---------------------------------------------------------------------------------------------


class SelfAttention(nn.Module):
    """STDiT's self-attention over the middle axis of [groups, L, H]."""

    def __init__(self, hidden: int, heads: int, qk_norm: bool, rotary_first: bool = False) -> None:
        super().__init__()
        self.heads = heads
        self.rotary_first = rotary_first
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.q_norm = WeightedRMSNorm(hidden // heads) if qk_norm else nn.Identity()
        self.k_norm = WeightedRMSNorm(hidden // heads) if qk_norm else nn.Identity()
        self.proj = nn.Linear(hidden, hidden)

    def forward(self, x: Tensor, tables: Optional[Tables] = None, key_mask: Optional[Tensor] = None) -> Tensor:
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).unbind(2)
        if self.rotary_first:
            q, k = rotate(q, tables, True), rotate(k, tables, True)
        q, k = self.q_norm(q), self.k_norm(k)
        if not self.rotary_first:
            q, k = rotate(q, tables, True), rotate(k, tables, True)
        return self.proj(attend(q, k, v, key_mask))


class CrossAttention(nn.Module):
    """Queries from the video, keys and values from the text."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_linear = nn.Linear(hidden, hidden)
        self.kv_linear = nn.Linear(hidden, 2 * hidden)
        self.proj = nn.Linear(hidden, hidden)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        q = self.q_linear(x).unflatten(-1, (self.heads, -1))
        k, v = self.kv_linear(y).unflatten(-1, (2, self.heads, -1)).unbind(2)
        return self.proj(attend(q, k, v))


class Mlp(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(hidden, MLP_RATIO * hidden)
        self.fc2 = nn.Linear(MLP_RATIO * hidden, hidden)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


def over_space(x: Tensor, frames: int) -> Tensor:
    """[B, (T S), H] to [(B T), S, H]."""
    return x.reshape(x.shape[0] * frames, -1, x.shape[-1])


def from_space(x: Tensor, batch: int) -> Tensor:
    return x.reshape(batch, -1, x.shape[-1])


def over_time(x: Tensor, frames: int) -> Tensor:
    """[B, (T S), H] to [(B S), T, H]."""
    batch, tokens, hidden = x.shape
    return x.view(batch, frames, -1, hidden).transpose(1, 2).reshape(batch * (tokens // frames), frames, hidden)


def from_time(x: Tensor, batch: int) -> Tensor:
    _, frames, hidden = x.shape
    return x.view(batch, -1, frames, hidden).transpose(1, 2).reshape(batch, -1, hidden)


class StditBlock(nn.Module):
    """What the blocks of v1.0 to v1.3 share: modulation table, spatial or temporal attention, cross-attention, MLP."""

    def __init__(self, hidden: int, heads: int, qk_norm: bool) -> None:
        super().__init__()
        self.scale_shift_table = nn.Parameter(torch.randn(6, hidden) / hidden**0.5)
        self.attn = SelfAttention(hidden, heads, qk_norm)
        self.cross_attn = CrossAttention(hidden, heads)
        self.mlp = Mlp(hidden)

    @staticmethod
    def modulation(table: Tensor, t: Tensor) -> tuple[Tensor, ...]:
        """Rows of the table plus the time embedding, each [B, 1, H]."""
        rows = table.shape[0]
        return (table[None] + t.reshape(t.shape[0], rows, -1)).chunk(rows, 1)

    def text_and_mlp(self, x: Tensor, y: Tensor, shift: Tensor, scale: Tensor, gate: Tensor) -> Tensor:
        x = x + self.cross_attn(x, y)
        return x + gate * self.mlp(modulate(layer_norm(x), shift, scale))


class SpatiotemporalV10Block(StditBlock):
    """v1.0 STDiT. The temporal branch takes x as it is, and shares the spatial branch's gate."""

    def __init__(self, hidden: int, heads: int, frames: int) -> None:
        super().__init__(hidden, heads, qk_norm=False)
        self.frames = frames
        self.attn_temp = SelfAttention(hidden, heads, qk_norm=False)

    def forward(self, x: Tensor, y: Tensor, t: Tensor) -> Tensor:
        batch = x.shape[0]
        shift, scale, gate, *mlp = self.modulation(self.scale_shift_table, t)
        m = over_space(modulate(layer_norm(x), shift, scale), self.frames)
        x = x + gate * from_space(self.attn(m), batch)
        x = x + gate * from_time(self.attn_temp(over_time(x, self.frames)), batch)
        return self.text_and_mlp(x, y, *mlp)


class SpatiotemporalV11Block(StditBlock):
    """v1.1 STDiT2. The temporal branch has its own modulation, and turns q and k before their norm."""

    def __init__(self, hidden: int, heads: int, frames: int) -> None:
        super().__init__(hidden, heads, qk_norm=True)
        self.frames = frames
        self.attn_temp = SelfAttention(hidden, heads, qk_norm=True, rotary_first=True)
        self.scale_shift_table_temporal = nn.Parameter(torch.randn(3, hidden) / hidden**0.5)

    def forward(self, x: Tensor, y: Tensor, t: Tensor, t_tmp: Tensor, tables: Tables) -> Tensor:
        batch = x.shape[0]
        shift, scale, gate, *mlp = self.modulation(self.scale_shift_table, t)
        m = over_space(modulate(layer_norm(x), shift, scale), self.frames)
        x = x + gate * from_space(self.attn(m), batch)
        shift, scale, gate = self.modulation(self.scale_shift_table_temporal, t_tmp)
        m = over_time(modulate(layer_norm(x), shift, scale), self.frames)
        x = x + gate * from_time(self.attn_temp(m, tables), batch)
        return self.text_and_mlp(x, y, *mlp)


class Stdit3Block(StditBlock):
    """v1.2 and v1.3 STDiT3: attention along one of space, time or (v1.3) windows in space and time."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__(hidden, heads, qk_norm=True)

    def attention(self, m: Tensor, tables: Optional[Tables]) -> Tensor:
        raise NotImplementedError

    def forward(self, x: Tensor, y: Tensor, t: Tensor, tables: Optional[Tables] = None) -> Tensor:
        shift, scale, gate, *mlp = self.modulation(self.scale_shift_table, t)
        x = x + gate * self.attention(modulate(layer_norm(x), shift, scale), tables)
        return self.text_and_mlp(x, y, *mlp)


class SpatialBlock(Stdit3Block):
    """Each frame by itself. v1.3 passes rotary tables, v1.2 none."""

    def __init__(self, hidden: int, heads: int, frames: int) -> None:
        super().__init__(hidden, heads)
        self.frames = frames

    def attention(self, m: Tensor, tables: Optional[Tables]) -> Tensor:
        return from_space(self.attn(over_space(m, self.frames), tables), m.shape[0])


class TemporalBlock(Stdit3Block):
    """v1.2: each spatial position by itself, over all frames."""

    def __init__(self, hidden: int, heads: int, frames: int) -> None:
        super().__init__(hidden, heads)
        self.frames = frames

    def attention(self, m: Tensor, tables: Optional[Tables]) -> Tensor:
        return from_time(self.attn(over_time(m, self.frames), tables), m.shape[0])


class WindowedBlock(Stdit3Block):
    """v1.3's `temporal`: windows of some rows and columns over all frames, the grid padded at its bottom and right."""

    def __init__(
        self, hidden: int, heads: int, frames: int, rows: int, columns: int, window: tuple[int, int]
    ) -> None:
        super().__init__(hidden, heads)
        self.frames, self.rows, self.columns = frames, rows, columns
        self.window = window
        self.windows = (-(-rows // window[0]), -(-columns // window[1]))

    def attention(self, m: Tensor, tables: Optional[Tables]) -> Tensor:
        batch, _, hidden = m.shape
        grid = m.view(batch, self.frames, self.rows, self.columns, hidden).permute(0, 2, 3, 1, 4)
        a = self.attn(self._cut(self._pad(grid)), tables, self._key_mask(batch, m.dtype))
        grid = self._join(a, batch)[:, : self.rows, : self.columns]
        return grid.permute(0, 3, 1, 2, 4).reshape(batch, -1, hidden)

    def _pad(self, grid: Tensor) -> Tensor:
        bottom = self.windows[0] * self.window[0] - self.rows
        right = self.windows[1] * self.window[1] - self.columns
        return F.pad(grid, (0, 0, 0, 0, 0, right, 0, bottom)) if bottom or right else grid

    def _cut(self, grid: Tensor) -> Tensor:
        """[B, R', C', T, H] to [(window row, window column, B), (row, column, T), H]."""
        batch, *_, frames, hidden = grid.shape
        split = grid.reshape(
            batch, self.windows[0], self.window[0], self.windows[1], self.window[1], frames, hidden
        )
        moved = split.permute(1, 3, 0, 2, 4, 5, 6).contiguous()
        return moved.view(-1, self.window[0] * self.window[1] * frames, hidden)

    def _join(self, x: Tensor, batch: int) -> Tensor:
        """The way back of `_cut`: [B, R', C', T, H]."""
        split = x.view(*self.windows, batch, *self.window, self.frames, x.shape[-1])
        moved = split.permute(2, 0, 3, 1, 4, 5, 6).contiguous()
        return moved.flatten(1, 2).flatten(2, 3)

    def _key_mask(self, batch: int, dtype: torch.dtype) -> Optional[Tensor]:
        """-inf on the tokens that are padding, [windows * B, L]; none where nothing was padded."""
        ones = torch.ones(batch, self.rows, self.columns, self.frames, 1, dtype=dtype)
        padded = self._pad(ones)
        if padded is ones:
            return None
        real = self._cut(padded).squeeze(-1)
        return torch.zeros_like(real).masked_fill_(real == 0, float("-inf"))


# --- MMDiT: v2.0 -----------------------------------------------------------------------------------------------------


class HeadNorms(nn.Module):
    """MMDiT's norms of q and k."""

    def __init__(self, head_dim: int) -> None:
        super().__init__()
        self.query_norm = ScaledRMSNorm(head_dim)
        self.key_norm = ScaledRMSNorm(head_dim)


class StreamAttention(nn.Module):
    """One stream's share of joint attention: its q, k, v and its output projection."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(hidden, hidden)
        self.k_proj = nn.Linear(hidden, hidden)
        self.v_proj = nn.Linear(hidden, hidden)
        self.norm = HeadNorms(hidden // heads)
        self.proj = nn.Linear(hidden, hidden)

    def heads_of(self, m: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        q, k, v = (
            linear(m).unflatten(-1, (self.heads, -1)) for linear in (self.q_proj, self.k_proj, self.v_proj)
        )
        return self.norm.query_norm(q), self.norm.key_norm(k), v


class Modulation(nn.Module):
    """Shift, scale and gate, once or twice, from the pooled embedding."""

    def __init__(self, hidden: int, rows: int) -> None:
        super().__init__()
        self.rows = rows
        self.lin = nn.Linear(hidden, rows * hidden)

    def forward(self, vec: Tensor) -> tuple[Tensor, ...]:
        return self.lin(F.silu(vec))[:, None, :].chunk(self.rows, -1)


def stream_mlp(hidden: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(hidden, MLP_RATIO * hidden),
        nn.GELU(approximate="tanh"),
        nn.Linear(MLP_RATIO * hidden, hidden),
    )


class DoubleBlock(nn.Module):
    """v2.0's double-stream block: image and text have weights of their own and attend jointly, text first."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        for stream in ("img", "txt"):
            self.add_module(f"{stream}_mod", Modulation(hidden, 6))
            self.add_module(f"{stream}_attn", StreamAttention(hidden, heads))
            self.add_module(f"{stream}_mlp", stream_mlp(hidden))

    def forward(self, img: Tensor, txt: Tensor, vec: Tensor, tables: Tables) -> tuple[Tensor, Tensor]:
        img_mod, txt_mod = self.img_mod(vec), self.txt_mod(vec)
        img_heads = self.img_attn.heads_of(modulate(layer_norm(img), *img_mod[:2]))
        txt_heads = self.txt_attn.heads_of(modulate(layer_norm(txt), *txt_mod[:2]))
        q, k, v = (torch.cat(pair, 1) for pair in zip(txt_heads, img_heads, strict=True))
        q, k = rotate(q, tables, False), rotate(k, tables, False)
        joint = attend(q, k, v)
        text = txt.shape[1]
        img = self._finish(img, self.img_attn.proj(joint[:, text:]), img_mod, self.img_mlp)
        txt = self._finish(txt, self.txt_attn.proj(joint[:, :text]), txt_mod, self.txt_mlp)
        return img, txt

    @staticmethod
    def _finish(stream: Tensor, attended: Tensor, mod: tuple[Tensor, ...], mlp: nn.Module) -> Tensor:
        _, _, gate1, shift2, scale2, gate2 = mod
        stream = stream + gate1 * attended
        return stream + gate2 * mlp(modulate(layer_norm(stream), shift2, scale2))


class SingleBlock(nn.Module):
    """v2.0's single-stream block: attention and MLP side by side on text and image together."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.widths = (hidden, MLP_RATIO * hidden)
        self.q_proj = nn.Linear(hidden, hidden)
        self.k_proj = nn.Linear(hidden, hidden)
        self.v_mlp = nn.Linear(hidden, sum(self.widths))
        self.linear2 = nn.Linear(sum(self.widths), hidden)
        self.norm = HeadNorms(hidden // heads)
        self.modulation = Modulation(hidden, 3)

    def forward(self, x: Tensor, vec: Tensor, tables: Tables) -> Tensor:
        shift, scale, gate = self.modulation(vec)
        m = modulate(layer_norm(x), shift, scale)
        q = self.norm.query_norm(self.q_proj(m).unflatten(-1, (self.heads, -1)))
        k = self.norm.key_norm(self.k_proj(m).unflatten(-1, (self.heads, -1)))
        v, wide = self.v_mlp(m).split(self.widths, -1)
        q, k = rotate(q, tables, False), rotate(k, tables, False)
        attended = attend(q, k, v.unflatten(-1, (self.heads, -1)))
        return x + gate * self.linear2(torch.cat((attended, F.gelu(wide, approximate="tanh")), 2))
