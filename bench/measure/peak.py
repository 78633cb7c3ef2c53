"""How much memory a comparison takes at its peak: `python -m bench.measure.peak BEFORE AFTER`, in a fresh process."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def of_compare(before: str, after: str) -> tuple[int, int]:
    """Bytes of both documents, and by how many bytes the process grew at most, texts in hand, results held."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("before", "after")]
        for file, text in zip(files, (before, after), strict=True):
            file.write_text(text)
        command = [sys.executable, "-m", "bench.measure.peak", *map(str, files)]
        return tuple(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


def main() -> None:
    from core import exact
    from helpers import diff

    asked = sum(Path(name).stat().st_size for name in sys.argv[1:])
    texts = [Path(name).read_text() for name in sys.argv[1:]]
    diff.compare(exact.read('{"a": [1]}'), exact.read('{"a": [2]}'))  # what is loaded once
    held = _memory("VmRSS")
    before, after = map(exact.read, texts)
    changes = diff.compare(before, after)
    assert changes
    print(json.dumps([asked, _memory("VmHWM") - held]))


def _memory(name: str) -> int:
    """In bytes; ru_maxrss would remember the process that started this one."""
    return 1024 * int(re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())[1])


if __name__ == "__main__":
    main()
