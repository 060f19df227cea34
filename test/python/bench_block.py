"""Seconds of forward plus backward of an STDiT block in eager PyTorch, fp32, as a user would write it.

`--kind spatial --model v1.2 --batch 1 --latent-frames 15 --rows 9 --columns 16 --threads 2 --repeats 7` prints
`{samples: [seconds], checksum, parameters, tokens, blas, openblasVariables, threads, torch}`.

The operators are those of `eager_operators`: nothing is recomputed. `blas` names the libraries that the process
really loaded: Debian's reference libblas is many times slower than OpenBLAS (`apt-get install libopenblas0-pthread`),
and only the latter is a fair rival. Run it without OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE, which can hold OpenBLAS to
a kernel for an older processor; the answer says which of them were set.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time

import torch

from block_request import BlockRequest, run_block
from eager_operators import eager

OPENBLAS_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
HIDDEN, HEADS, TEXT_TOKENS = 1152, 16, 300


def loaded_blas() -> list[str]:
    """Paths of the BLAS libraries mapped into this process."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split(maxsplit=5)[-1].strip() for line in maps}
    return sorted(path for path in paths if re.search(r"/lib(blas|openblas|mkl|blis|atlas)[^/]*\.so", path))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kind", default="spatial")
    parser.add_argument("--model", default="v1.2")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--latent-frames", type=int, default=15)
    parser.add_argument("--rows", type=int, default=9)
    parser.add_argument("--columns", type=int, default=16)
    parser.add_argument("--text-tokens", type=int, default=TEXT_TOKENS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--warm-up", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    args = arguments()
    if args.model == "v2.0":
        raise SystemExit("the benchmark knows STDiT blocks (v1.0 to v1.3)")
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    request = BlockRequest.parse(
        {
            "kind": args.kind,
            "model": args.model,
            "hidden": HIDDEN,
            "heads": HEADS,
            "batch": args.batch,
            "latentFrames": args.latent_frames,
            "rows": args.rows,
            "columns": args.columns,
            "textTokens": args.text_tokens,
        }
    )
    block = request.block(torch.float32)
    inputs = {
        name: torch.randn(shape).requires_grad_(name != "y") for name, shape in request.input_shapes.items()
    }
    tables = request.tables(torch.float32)
    gradient = torch.randn(request.input_shapes["x"])

    def step() -> tuple[float, float]:
        """One forward and backward: seconds, and a number that depends on all of it."""
        block.zero_grad(set_to_none=True)
        for tensor in inputs.values():
            tensor.grad = None
        start = time.perf_counter()
        with eager():
            output = run_block(block, request, inputs, tables)["x"]
        output.backward(gradient)
        seconds = time.perf_counter() - start
        return seconds, float(inputs["x"].grad.double().abs().mean())

    for _ in range(args.warm_up):
        step()
    steps = [step() for _ in range(args.repeats)]
    print(
        json.dumps(
            {
                "samples": [seconds for seconds, _ in steps],
                "checksum": steps[-1][1],
                "parameters": sum(p.numel() for p in block.parameters()),
                "tokens": args.batch * request.tokens,
                "blas": loaded_blas(),
                "openblasVariables": {k: os.environ[k] for k in OPENBLAS_VARIABLES if k in os.environ},
                "threads": torch.get_num_threads(),
                "torch": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
