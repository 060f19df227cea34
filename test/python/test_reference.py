"""Checks of the references themselves: `python3 test/python/test_reference.py`."""

from __future__ import annotations

import math
import unittest
from typing import Any

import torch
from torch import Tensor
from torch.autograd import gradcheck

from block_request import BlockRequest, run_block
from eager_operators import attend, eager
from fused_kernels import FusedAttention, FusedLayerNorm, FusedRMSNorm, FusedRotary
from opensora_blocks import WindowedBlock, rotate
from rotary_tables import joint_tables, spacetime_tables, temporal_tables
from saved_bytes import empty_parameters, measure

torch.manual_seed(0)

SMALL: dict[str, dict[str, Any]] = {
    "v1": {"hidden": 24, "heads": 2, "textTokens": 5},
    "v2.0": {"hidden": 16, "heads": 2, "textTokens": 5, "axes": [2, 4, 2]},
}
BLOCKS = (
    ("v1.0", "spatiotemporal"),
    ("v1.1", "spatiotemporal"),
    ("v1.2", "spatial"),
    ("v1.2", "temporal"),
    ("v1.3", "spatial"),
    ("v1.3", "temporal"),
    ("v2.0", "double"),
    ("v2.0", "single"),
)
PARAMETERS = {
    ("v1.0", "spatiotemporal"): 26_568_576,
    ("v1.1", "spatiotemporal"): 26_572_320,
    ("v1.2", "spatial"): 21_255_696,
    ("v1.2", "temporal"): 21_255_696,
    ("v1.3", "spatial"): 21_255_696,
    ("v1.3", "temporal"): 21_255_696,
    ("v2.0", "double"): 339_831_296,
    ("v2.0", "single"): 141_591_808,
}


def small(model: str, kind: str, **changes: Any) -> dict[str, Any]:
    """A request of a block small enough to be differentiated by hand."""
    width = SMALL["v2.0" if model == "v2.0" else "v1"]
    shape = {"batch": 2, "latentFrames": 3, "rows": 3, "columns": 5}
    return {"model": model, "kind": kind, **width, **shape, "window": [2, 2], "positionScale": 0.7, **changes}


def double(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def randomised(request: BlockRequest) -> torch.nn.Module:
    """The block in double precision, every parameter drawn (a norm's weight of 1 would hide a mistake)."""
    block = request.block(torch.float64)
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.normal_(std=0.3)
    return block


class FusedKernels(unittest.TestCase):
    def test_layer_norm_gradient(self) -> None:
        self.assertTrue(gradcheck(lambda x: FusedLayerNorm.apply(x, 1e-6), double(2, 3, 8)))

    def test_rms_norm_gradient(self) -> None:
        self.assertTrue(gradcheck(lambda x, w: FusedRMSNorm.apply(x, w, 1e-6), (double(2, 3, 2, 6), double(6))))

    def test_rotary_gradient(self) -> None:
        tables = temporal_tables(4, 6, torch.float64)
        for interleaved in (True, False):
            self.assertTrue(
                gradcheck(lambda x, i=interleaved: FusedRotary.apply(x, *tables, i), double(2, 4, 2, 6))
            )

    def test_attention_gradient(self) -> None:
        mask = torch.zeros(2, 5, dtype=torch.float64)
        mask[1, 3:] = -math.inf
        for key_mask in (None, mask):
            self.assertTrue(
                gradcheck(
                    lambda q, k, v, m=key_mask: FusedAttention.apply(q, k, v, 0.6, m),
                    (double(2, 3, 2, 4), double(2, 5, 2, 4), double(2, 5, 2, 4)),
                )
            )

    def test_attention_keeps_no_scores(self) -> None:
        kept: list[tuple[int, ...]] = []

        def pack(tensor: Tensor) -> Tensor:
            kept.append(tuple(tensor.shape))
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            FusedAttention.apply(double(1, 7, 2, 4), double(1, 9, 2, 4), double(1, 9, 2, 4), 0.5, None)
        self.assertEqual(kept, [(1, 7, 2, 4), (1, 9, 2, 4), (1, 9, 2, 4), (1, 7, 2, 4), (1, 2, 7)])


class Rotary(unittest.TestCase):
    def test_interleaved_pairs_turn_as_complex_numbers(self) -> None:
        x = double(1, 5, 1, 4)
        turned = rotate(x, temporal_tables(5, 4, torch.float64), True)
        frequencies = torch.tensor([1.0, 10000.0**-0.5], dtype=torch.float64)
        angles = torch.arange(5, dtype=torch.float64)[:, None] * frequencies
        expected = torch.view_as_complex(x.reshape(5, 2, 2)) * torch.polar(torch.ones_like(angles), angles)
        torch.testing.assert_close(torch.view_as_complex(turned.reshape(5, 2, 2)), expected)

    def test_half_split_tables_put_text_at_zero_and_axes_side_by_side(self) -> None:
        cos, sin = joint_tables(2, 3, 2, 2, 3, (2, 4, 2), torch.float64)
        self.assertEqual(cos.shape, (2, 3 + 12, 8))
        self.assertTrue(bool((cos[:, :3] == 1).all() and (sin[:, :3] == 0).all()))
        # The last token: frame 1, row 1, column 2.
        half = torch.tensor([1.0, 1.0, 10000.0**-0.5, 2.0], dtype=torch.float64)
        torch.testing.assert_close(cos[1, -1], torch.cat((half, half)).cos())

    def test_spacetime_thirds(self) -> None:
        frame, row, column = (torch.tensor([p]) for p in (3, 4, 5))
        cos, _ = spacetime_tables(frame, row, column, 2.0, 6, torch.float64)
        expected = torch.tensor([3.0, 3.0, 2.0, 2.0, 2.5, 2.5], dtype=torch.float64)
        torch.testing.assert_close(cos[0], expected.cos())


class Blocks(unittest.TestCase):
    def test_parameter_counts(self) -> None:
        for (model, kind), count in PARAMETERS.items():
            wide = {"hidden": 3072, "heads": 24} if model == "v2.0" else {"hidden": 1152, "heads": 16}
            request = BlockRequest.parse(small(model, kind, **wide, axes=[16, 56, 56]))
            # bf16 halves the double block's gigabytes.
            block = empty_parameters(request, torch.bfloat16)
            self.assertEqual(sum(p.numel() for p in block.parameters()), count, (model, kind))

    def test_fused_blocks_agree_with_eager_ones_in_outputs_and_every_gradient(self) -> None:
        for model, kind in BLOCKS:
            request = BlockRequest.parse(small(model, kind))
            block = randomised(request)
            inputs = {name: double(*shape) for name, shape in request.input_shapes.items()}
            tables = request.tables(torch.float64)
            leaves = [*block.parameters(), *inputs.values()]

            outputs = run_block(block, request, inputs, tables)
            directions = {name: torch.randn_like(output) for name, output in outputs.items()}
            with eager():
                plain = run_block(block, request, inputs, tables)
            for name in outputs:
                torch.testing.assert_close(outputs[name], plain[name])

            def gradients(of: dict[str, Tensor]) -> tuple[Tensor, ...]:
                loss = sum((output * directions[name]).sum() for name, output in of.items())
                return torch.autograd.grad(loss, leaves)

            for ours, theirs in zip(gradients(outputs), gradients(plain), strict=True):
                torch.testing.assert_close(ours, theirs)

    def test_windows_are_dense_attention_within_a_window(self) -> None:
        """Windows by cutting and padding give what attention over all tokens with other windows masked gives."""
        for rows, columns in ((3, 5), (4, 4), (1, 3)):
            document = small("v1.3", "temporal", rows=rows, columns=columns, batch=2)
            request = BlockRequest.parse(document)
            block = randomised(request)
            assert isinstance(block, WindowedBlock)
            m = torch.randn(*request.input_shapes["x"], dtype=torch.float64)
            answer = block.attention(m, request.tables(torch.float64))

            sizes = (torch.arange(size) for size in (request.latent_frames, rows, columns))
            frame, row, column = (p.flatten() for p in torch.meshgrid(*sizes, indexing="ij"))
            window = (row // 2) * 100 + column // 2
            allowed = window[:, None] == window[None, :]
            tables = spacetime_tables(
                frame, row % 2, column % 2, request.position_scale, request.head_dim, torch.float64
            )
            q, k, v = block.attn.qkv(m).unflatten(-1, (3, request.heads, -1)).unbind(2)
            q, k = rotate(block.attn.q_norm(q), tables, True), rotate(block.attn.k_norm(k), tables, True)
            q, k, v = (x.transpose(1, 2) for x in (q, k, v))
            scores = q @ k.transpose(-2, -1) * request.head_dim**-0.5
            weights = scores.masked_fill(~allowed, -math.inf).softmax(-1)
            expected = block.attn.proj((weights @ v).transpose(1, 2).flatten(2))
            torch.testing.assert_close(answer, expected)


class SavedBytes(unittest.TestCase):
    def test_a_view_counts_its_storage_once_and_parameters_do_not_count(self) -> None:
        result = measure({**small("v1.2", "spatial"), "dtype": "fp32"})
        batch, tokens, text, hidden, heads = 2, 45, 5, 24, 2
        unit = batch * tokens * hidden * 4
        expected = (
            25 * unit
            + 3 * batch * text * hidden * 4  # kv and the text itself
            + 4 * batch * tokens * 4  # mean and 1/std, twice
            + 4 * batch * tokens * heads * 4  # 1/rms of q and k, two log-sum-exps
            + (6 + 2) * batch * hidden * 4  # modulation, 1 + scale
        )
        self.assertEqual(result["savedForBackwardBytes"], expected)
        self.assertEqual(result["sharedBytes"], batch * text * hidden * 4)

    def test_bf16_keeps_statistics_in_fp32(self) -> None:
        result = measure({**small("v1.2", "temporal"), "dtype": "bf16"})
        kinds = {entry["dtype"] for entry in result["byTensor"]}
        self.assertEqual(kinds, {"bfloat16", "float32"})

    def test_eager_attention_would_keep_scores(self) -> None:
        q, k, v = double(1, 7, 1, 4), double(1, 9, 1, 4), double(1, 9, 1, 4)
        kept: list[tuple[int, ...]] = []

        def pack(tensor: Tensor) -> Tensor:
            kept.append(tuple(tensor.shape))
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            attend(q, k, v)
        self.assertTrue(any(shape[-2:] == (7, 9) for shape in kept))


if __name__ == "__main__":
    unittest.main()
