"""Says what this Python has of what Open-Sora's training needs. Arguments: the modules that must load, torch first."""

import importlib
import sys

from say import say


def main():
    failed = {}
    for name in sys.argv[1:]:
        try:
            importlib.import_module(name)
        except BaseException as error:  # a module may end the program as it is loaded
            failed[name] = f"{type(error).__name__}: {error}"[:300]
    torch = sys.modules.get("torch")
    loaded = torch is not None and "torch" not in failed
    say(
        python=sys.version.split()[0],
        failed=failed,
        torch=str(torch.__version__) if loaded else None,
        gpus=torch.cuda.device_count() if loaded and torch.cuda.is_available() else 0,
    )


main()
