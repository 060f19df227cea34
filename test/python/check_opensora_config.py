"""Loads Open-Sora configs as upstream's loader does and says what upstream's scripts would refuse.

Reads a JSON list of {version, task, text, folder} on standard input (folder: where `_base_` is looked for) and prints a
list of {problems, config}. Independent of Preflight: the keys and types are those that upstream's scripts read (facts,
section 4).
"""

import json
import sys

from opensora_config import DELETE, load

NUMBER = (int, float)
NONE = type(None)

COMMON_V1 = {"dtype": str, "seed": int, "model": dict, "scheduler": dict}
TRAIN_V1 = COMMON_V1 | {
    "grad_checkpoint": bool, "plugin": str, "sp_size": int, "num_workers": int, "outputs": str, "wandb": bool,
    "epochs": int, "log_every": int, "ckpt_every": int, "load": (str, NONE), "lr": float, "grad_clip": float,
}
INFER_V1 = COMMON_V1 | {"num_frames": int, "fps": int, "vae": dict, "text_encoder": dict, "batch_size": int, "save_dir": str}
FIXED = {"num_frames": int, "frame_interval": int, "image_size": tuple, "batch_size": int, "data_path": str,
         "root": (str, NONE), "use_image_transform": bool}
VARIABLE = {"dataset": dict, "bucket_config": dict, "num_bucket_build_workers": int}
STDIT3 = {"ema_decay": float, "adam_eps": float, "warmup_steps": int}
V2_TRAIN = {
    "bucket_config": dict, "dtype": str, "plugin": str, "plugin_config": dict, "grad_checkpoint": bool,
    "grad_ckpt_buffer_size": int, "accumulation_steps": int, "num_workers": int, "ema_decay": (float, NONE),
    "cached_video": bool, "cached_text": bool, "lora_config": (dict, NONE), "model": dict, "ae": dict, "optim": dict,
    "t5": dict, "clip": dict, "dataset": dict, "is_causal_vae": bool,
}
V2_INFER = {"save_dir": str, "dtype": str, "batch_size": int, "sampling_option": dict, "model": dict, "ae": dict,
            "t5": dict, "clip": dict, "dataset": dict}
KEYS = {
    ("v1.0", "train"): TRAIN_V1 | FIXED | {"vae": dict, "text_encoder": dict},
    ("v1.1", "train"): TRAIN_V1 | VARIABLE | {"vae": dict, "text_encoder": dict, "batch_size": (int, NONE)},
    ("v1.2", "train"): TRAIN_V1 | VARIABLE | STDIT3,
    ("v1.3", "train"): TRAIN_V1 | VARIABLE | STDIT3 | {"accumulation_steps": int},
    ("v1.0", "infer"): INFER_V1 | {"image_size": tuple, "prompt_path": str},
    ("v1.1", "infer"): INFER_V1 | {"image_size": tuple, "prompt_path": str, "multi_resolution": str},
    ("v1.2", "infer"): INFER_V1,
    ("v1.3", "infer"): INFER_V1,
    ("v2.0", "train"): V2_TRAIN,
    ("v2.0", "infer"): V2_INFER,
}
TYPES = {"v1.0": "STDiT-XL/2", "v1.1": "STDiT2-XL/2", "v1.2": "STDiT3-XL/2", "v1.3": "STDiT3-XL/2", "v2.0": "flux"}
FLASH = {"v1.0": "enable_flashattn", "v1.1": "enable_flash_attn", "v1.2": "enable_flash_attn", "v1.3": "enable_flash_attn"}
PLUGINS = {
    "v1.0": {"zero2", "zero2-seq"}, "v1.1": {"zero2", "zero2-seq"}, "v1.2": {"zero2", "zero2-seq"},
    "v1.3": {"zero1", "zero2", "zero1-seq", "zero2-seq"}, "v2.0": {"zero1", "zero2", "hybrid"},
}
ZERO = {"reduce_bucket_size_in_m", "overlap_allgather"}
HYBRID = ZERO | {"tp_size", "pp_size", "sp_size", "sequence_parallelism_mode", "enable_sequence_parallelism",
                 "static_graph", "zero_stage"}


def problems(version, task, config):
    found = []
    for key, kind in KEYS[version, task].items():
        if key not in config:
            if not (key in ("vae", "text_encoder")):
                found.append(f"{key} is missing")
        elif not isinstance(config[key], kind) or (kind is int and isinstance(config[key], bool)):
            found.append(f"{key} is {config[key]!r}")
    found += [f"{DELETE} is left in {key}" for key, value in config.items() if isinstance(value, dict) and DELETE in value]
    if config["model"].get("type") != TYPES[version]:
        found.append(f"model.type is {config['model'].get('type')}")
    if version == "v1.0" and not config["text_encoder"]["from_pretrained"].startswith("./"):
        found.append("v1.0 takes T5 from a folder of its own alone")
    if version != "v2.0" and config["model"].get(FLASH[version]) is not True:
        found.append("FlashAttention is off")
    if task == "train":
        found += training_problems(version, config)
    else:
        found += inference_problems(version, config)
    return found


def training_problems(version, config):
    found = []
    plugin = config["plugin"]
    if plugin not in PLUGINS[version]:
        found.append(f"plugin {plugin}")
    if version == "v2.0":
        if config.get("condition_config") and config["model"].get("cond_embed") is not True:
            found.append("condition_config without model.cond_embed")
        extra = set(config["plugin_config"]) - (HYBRID if plugin == "hybrid" else ZERO)
        found += [f"plugin_config.{key} is no argument of {plugin}" for key in extra]
        settings = config["model"].get("grad_ckpt_settings")
        if not (isinstance(settings, tuple) and len(settings) == 2):
            found.append(f"grad_ckpt_settings is {settings!r}")
    else:
        if config["dtype"] not in ("bf16", "fp16"):
            found.append(f"dtype {config['dtype']} is asserted against")
        if plugin.endswith("-seq") != (config["sp_size"] > 1):
            found.append(f"plugin {plugin} asserts against sp_size {config['sp_size']}")
        for module, features in (("vae", "load_video_features"), ("text_encoder", "load_text_features")):
            if module not in config and config.get(features) is not True:
                found.append(f"{module} is missing and {features} is not set")
    for resolution, buckets in config.get("bucket_config", {}).items():
        if not isinstance(resolution, str) or not isinstance(buckets, dict):
            found.append(f"bucket {resolution!r}")
            continue
        for frames, bucket in buckets.items():
            chance, batch = bucket
            pair = isinstance(chance, tuple)
            chances = chance if pair else (chance,)
            off = batch is None and chance == 0.0
            if type(frames) is not int or not isinstance(bucket, tuple) or not (off or type(batch) is int and batch > 0):
                found.append(f"bucket {resolution} {frames}: {bucket!r}")
            if any(type(value) is not float or not 0 <= value <= 1 for value in chances):
                found.append(f"bucket {resolution} {frames}: probability {chance!r}")
            if pair and (frames == 1 or version == "v1.1"):
                found.append(f"bucket {resolution} {frames}: a pair is no number")
    return found


def inference_problems(version, config):
    found = []
    if version == "v2.0":
        option = config["sampling_option"]
        for key, kind in {"resolution": str, "aspect_ratio": str, "num_frames": int, "num_steps": int}.items():
            if not isinstance(option.get(key), kind):
                found.append(f"sampling_option.{key} is {option.get(key)!r}")
        plugin = config.get("plugin_config") or {}
        if plugin.get("sp_size", 1) > 1 and plugin.get("tp_size", 1) > 1:
            found.append("set_group_size asserts that one of sp and tp is 1")
        found += [f"plugin_config.{key} is no argument" for key in set(plugin) - HYBRID]
        return found
    if "image_size" not in config and not ("resolution" in config and "aspect_ratio" in config):
        found.append("neither image_size nor resolution and aspect_ratio")
    if type(config["scheduler"].get("num_sampling_steps")) is not int:
        found.append("scheduler.num_sampling_steps")
    return found


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def main():
    answers = []
    for request in json.load(sys.stdin):
        config = load(request["text"], request["folder"])
        answers.append({"problems": problems(request["version"], request["task"], config), "config": plain(config)})
    json.dump(answers, sys.stdout)


main()
