"""The process that decodes one picture: bounded in memory and time, with nothing of ours in its environment.

The picture is its standard input. Its answer is a line of JSON, and behind it the JPEGs it made, one after the other.
"""

import json
import resource
import sys
from dataclasses import asdict
from typing import IO, Any

from files import pictures


def main() -> None:
    """Read by files.picture_reading: how many bytes and seconds it may take, and the longest sides of the copies."""
    memory, seconds, *sides = (int(word) for word in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    told, made = _read(sys.stdin.buffer, sides)
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(made))


def _read(content: IO[bytes], sides: list[int]) -> tuple[dict[str, Any], list[bytes]]:
    try:
        facts = asdict(pictures.look(content))
        made = [pictures.smaller(content, side) for side in sides]
    except pictures.Broken as broken:
        return {"reason": broken.reason}, []
    taken_at = facts["taken_at"] and facts["taken_at"].isoformat()
    return {"facts": {**facts, "taken_at": taken_at}, "sizes": [len(one) for one in made]}, made


if __name__ == "__main__":
    main()
