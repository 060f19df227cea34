"""The kernels that Open-Sora runs fused, each as an autograd Function that keeps what the fused kernel keeps.

What is passed to `save_for_backward` is the point of this file: a test sums it up through
`torch.autograd.graph.saved_tensors_hooks`. The arithmetic is exact in double precision, so the same Functions
serve as a numeric reference. Statistics are fp32, or double where the input is double.
"""

from __future__ import annotations

from typing import Any, Optional

import torch
from torch import Tensor
from torch.autograd import Function

# Score elements that are held at once while attention is computed.
SCORE_BUDGET = 1 << 24


def statistics_dtype(x: Tensor) -> torch.dtype:
    """The type in which a fused kernel accumulates and keeps its statistics."""
    return torch.float64 if x.dtype == torch.float64 else torch.float32


class FusedLayerNorm(Function):
    """Layer norm over the last axis without affine parameters. Keeps input, mean and 1/std."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, eps: float) -> Tensor:
        wide = x.to(statistics_dtype(x))
        mean = wide.mean(-1, keepdim=True)
        rstd = torch.rsqrt((wide - mean).square().mean(-1, keepdim=True) + eps)
        ctx.save_for_backward(x, mean, rstd)
        return ((wide - mean) * rstd).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Optional[Tensor], ...]:
        x, mean, rstd = ctx.saved_tensors
        normal = (x.to(mean.dtype) - mean) * rstd
        g = grad.to(mean.dtype)
        dx = rstd * (g - g.mean(-1, keepdim=True) - normal * (g * normal).mean(-1, keepdim=True))
        return dx.to(x.dtype), None


class FusedRMSNorm(Function):
    """RMS norm over the last axis with a weight. Keeps input, weight and 1/rms."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        wide = x.to(statistics_dtype(x))
        rstd = torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)
        ctx.save_for_backward(x, weight, rstd)
        return (wide * rstd).to(x.dtype) * weight

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Optional[Tensor], ...]:
        x, weight, rstd = ctx.saved_tensors
        normal = x.to(rstd.dtype) * rstd
        g = grad.to(rstd.dtype)
        gw = g * weight.to(rstd.dtype)
        dx = rstd * (gw - normal * (gw * normal).mean(-1, keepdim=True))
        dw = (g * normal).flatten(0, -2).sum(0)
        return dx.to(x.dtype), dw.to(weight.dtype), None


def _turn_pairs(x: Tensor, cos: Tensor, sin: Tensor, interleaved: bool) -> Tensor:
    """Turn pairs of features by an angle: neighbours (interleaved) or feature i with i + d/2 (half split)."""
    wide = x.to(cos.dtype)
    if interleaved:
        even, odd = wide[..., 0::2], wide[..., 1::2]
        c, s = cos[..., 0::2], sin[..., 0::2]
        turned = torch.stack((even * c - odd * s, odd * c + even * s), -1).flatten(-2)
    else:
        first, second = wide.chunk(2, -1)
        half = first.shape[-1]
        c, s = cos[..., :half], sin[..., :half]
        turned = torch.cat((first * c - second * s, second * c + first * s), -1)
    return turned.to(x.dtype)


class FusedRotary(Function):
    """Rotary embedding of x [B, L, heads, d] with tables [L, d] or [B, L, d]. Linear in x: keeps its tables alone."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cos: Tensor, sin: Tensor, interleaved: bool) -> Tensor:
        ctx.save_for_backward(cos, sin)
        ctx.interleaved = interleaved
        return _turn_pairs(x, cos.unsqueeze(-2), sin.unsqueeze(-2), interleaved)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Optional[Tensor], ...]:
        cos, sin = ctx.saved_tensors
        return _turn_pairs(grad, cos.unsqueeze(-2), -sin.unsqueeze(-2), ctx.interleaved), None, None, None


class FusedAttention(Function):
    """Attention as FlashAttention does it: q, k, v [B, L, heads, d], an optional mask [B, Lk] added to each key's score.

    Keeps q, k, v, the output and the log-sum-exp [B, heads, Lq]; the backward computes the scores again.
    """

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, scale: float, key_mask: Optional[Tensor]) -> Tensor:
        batch, queries, heads, _ = q.shape
        out = torch.empty(q.shape, dtype=q.dtype)
        lse = torch.empty(batch, heads, queries, dtype=statistics_dtype(q))
        for b in range(batch):
            for rows in _query_chunks(queries, heads * k.shape[1]):
                scores = _scores(q[b, rows], k[b], scale, None if key_mask is None else key_mask[b])
                lse[b, :, rows] = torch.logsumexp(scores, -1)
                weights = torch.exp(scores - lse[b, :, rows, None])
                out[b, rows] = (weights @ _by_head(v[b])).transpose(0, 1).to(q.dtype)
        kept = (q, k, v, out, lse)
        ctx.save_for_backward(*(kept if key_mask is None else (*kept, key_mask)))
        ctx.scale = scale
        return out

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Optional[Tensor], ...]:
        q, k, v, out, lse, *mask = ctx.saved_tensors
        dq, dk, dv = (torch.zeros(t.shape, dtype=lse.dtype) for t in (q, k, v))
        for b in range(q.shape[0]):
            kb, vb = _by_head(k[b]), _by_head(v[b])
            for rows in _query_chunks(q.shape[1], q.shape[2] * k.shape[1]):
                g, o = _by_head(grad[b, rows]), _by_head(out[b, rows])
                scores = _scores(q[b, rows], k[b], ctx.scale, mask[0][b] if mask else None)
                weights = torch.exp(scores - lse[b, :, rows, None])
                delta = (g * o).sum(-1, keepdim=True)
                dscores = weights * (g @ vb.transpose(-1, -2) - delta) * ctx.scale
                dq[b, rows] = (dscores @ kb).transpose(0, 1)
                dk[b] += (dscores.transpose(-1, -2) @ _by_head(q[b, rows])).transpose(0, 1)
                dv[b] += (weights.transpose(-1, -2) @ g).transpose(0, 1)
        return dq.to(q.dtype), dk.to(k.dtype), dv.to(v.dtype), None, None


def _by_head(x: Tensor) -> Tensor:
    """[L, heads, d] to [heads, L, d], in the type that attention computes in."""
    return x.transpose(0, 1).to(statistics_dtype(x))


def _scores(q: Tensor, k: Tensor, scale: float, key_mask: Optional[Tensor]) -> Tensor:
    """Scaled scores [heads, Lq, Lk] of one sample."""
    scores = _by_head(q) @ _by_head(k).transpose(-1, -2) * scale
    return scores if key_mask is None else scores + key_mask.to(scores.dtype)


def _query_chunks(queries: int, scores_per_query: int) -> list[slice]:
    """Cut the queries so that no chunk's scores exceed the budget."""
    step = max(1, SCORE_BUDGET // scores_per_query)
    return [slice(start, min(start + step, queries)) for start in range(0, queries, step)]
