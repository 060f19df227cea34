"""Runs a training script of Open-Sora unchanged, as one process of torchrun's, and ends it after some optimiser steps.

Arguments: how many steps, the script, its arguments. PyTorch calls a hook after each step of the optimiser that does the
work: HybridAdam, which ColossalAI's wrappers of ZeRO and of the hybrid plugin call in their own step(). The training
begins with the first pass over a DataLoader. The process ends where the next step would begin, so that what follows the
last one in the script (the gathering of weights, the moving average) is in its peak.
"""

import os
import runpy
import stat
import sys
import threading
import time
import traceback

from say import say

RANK = int(os.environ.get("RANK", "0"))


def peaks():
    import torch

    if not torch.cuda.is_available():
        return {"allocated": None, "reserved": None}
    return {"allocated": torch.cuda.max_memory_allocated(), "reserved": torch.cuda.max_memory_reserved()}


def synchronize():
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


class Watch:
    """Counts the steps of the first optimiser that makes one, and tells the time that each took."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.done = 0
        self.since = None
        self.optimizer = None

    def begins(self):
        import torch

        if self.since is not None:
            self.ends_if_done()
            return
        self.since = time.perf_counter()
        say(rank=RANK, said="training", torch=str(torch.__version__))

    def stepped(self, optimizer, *_):
        self.optimizer = self.optimizer or optimizer
        if optimizer is not self.optimizer or self.done == self.wanted:
            return
        synchronize()
        now = time.perf_counter()
        seconds, self.since, self.done = now - (self.since or now), now, self.done + 1
        say(rank=RANK, said="step", step=self.done, seconds=seconds)
        if self.done == self.wanted:
            from torch.nn.modules.module import register_module_forward_pre_hook

            register_module_forward_pre_hook(lambda *_: self.ends_if_done())

    def ends_if_done(self):
        if self.done < self.wanted:
            return
        synchronize()
        say(rank=RANK, said="done", **peaks())
        # Past the exits of NCCL and of the loader's workers: all ranks end here, and Preflight ends what they leave.
        os._exit(0)


def end_with_preflight():
    """The pipe on standard input ends with Preflight, however that ends: no rank is left behind then."""
    kind = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        return

    def wait():
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def observe(watch):
    import torch.utils.data
    from torch.optim.optimizer import register_optimizer_step_post_hook

    register_optimizer_step_post_hook(watch.stepped)
    loader = torch.utils.data.DataLoader
    begin = loader.__iter__

    def iterate(self):
        watch.begins()
        return begin(self)

    loader.__iter__ = iterate


def main():
    wanted, script = int(sys.argv[1]), sys.argv[2]
    end_with_preflight()
    sys.argv = sys.argv[2:]
    sys.path[0] = os.path.dirname(script)
    watch = Watch(wanted)
    try:
        observe(watch)
        runpy.run_path(script, run_name="__main__")
    except BaseException as error:
        if isinstance(error, SystemExit) and error.code in (None, 0):
            watch.ends_if_done()
        else:
            traceback.print_exc()
            say(rank=RANK, said="failed", error=type(error).__name__, message=str(error), **peaks())
            os._exit(1)
    watch.ends_if_done()
    say(rank=RANK, said="ended")


if __name__ == "__main__":  # a worker that is spawned loads this file again
    main()
