"""Reads the config as Open-Sora will, says which weights are missing, and writes the synthetic data.

Argument: a JSON file of {config, script, media, tensors, buffers}, as data-plan.ts writes it.
"""

import json
import os
import re
import sys

from mmengine.config import Config
from say import say


def weights_missing(config):
    """Each part's `from_pretrained`: a path, or a repository in the Hub's cache, which is all that an offline run reads."""
    missing = []
    for name, part in config.items():
        wanted = part.get("from_pretrained") if isinstance(part, dict) else None
        if not wanted or os.path.exists(wanted):
            continue
        if re.fullmatch(r"[\w.-]+/[\w.-]+", wanted) and not wanted.startswith("."):
            cache = part.get("cache_dir") or hub_cache()
            if has_entries(os.path.join(cache, f"models--{wanted.replace('/', '--')}", "snapshots")):
                continue
            missing.append(f"{name}: {wanted} in {cache}")
        else:
            missing.append(f"{name}: {wanted}")
    return missing


def hub_cache():
    home = os.environ.get("HF_HOME", os.path.join(os.path.expanduser("~"), ".cache", "huggingface"))
    return os.environ.get("HF_HUB_CACHE", os.path.join(home, "hub"))


def has_entries(folder):
    return os.path.isdir(folder) and len(os.listdir(folder)) > 0


def written_in(script):
    """Files that the script itself loads by a name written in it: the empty texts of v2.0's cached_text."""
    with open(script, encoding="utf-8") as file:
        named = re.findall(r"torch\.load\(\s*[\"']([^\"']+)[\"']", file.read())
    return [f"{path}, which {script} names" for path in named if not os.path.exists(path)]


def write_media(path, frames, height, width):
    if frames == 1:
        from PIL import Image

        Image.new("RGB", (width, height), (90, 120, 150)).save(path)
        return
    import av
    import numpy

    with av.open(path, "w") as container:
        stream = container.add_stream("mpeg4", rate=24)
        # This codec's pictures have even sides; Open-Sora resizes to its bucket's.
        stream.width, stream.height, stream.pix_fmt = width + width % 2, height + height % 2, "yuv420p"
        for index in range(frames):
            picture = numpy.full((stream.height, stream.width, 3), index % 256, dtype=numpy.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


def tensor(shape, fill=None, whole=False):
    import torch

    # As upstream's own extraction saves them: bf16, and lengths as whole numbers.
    if fill is None:
        return torch.randn(shape).to(torch.bfloat16)
    return torch.full(shape, fill, dtype=torch.int64 if whole else torch.bfloat16)


def write_buffer(path, batches, fields):
    import torch

    batch = {name: tensor(**field) for name, field in fields.items()}
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # The same tensors each time: torch.save writes them once.
    torch.save([batch] * batches, path)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    config = Config.fromfile(plan["config"])
    missing = weights_missing(config)
    if plan["cachedText"]:
        missing += written_in(plan["script"])
    if not missing:
        if plan["media"] is not None:
            write_media(**plan["media"])
        for path, shape in plan["tensors"].items():
            import torch

            torch.save(tensor(shape), path)
        for buffer in plan["buffers"]:
            write_buffer(**buffer)
    say(missing=missing)


main()
