"""How these scripts talk to Preflight: a marked line of JSON on standard output, among whatever else is written there."""

import json
import os


def say(**what):
    # In one write: the lines of several processes on one pipe stay whole up to PIPE_BUF (4096 bytes on Linux).
    line = json.dumps({key: value[:1500] if isinstance(value, str) else value for key, value in what.items()})
    os.write(1, f"\n@preflight {line}\n".encode())
