"""A real S3 server on loopback, with our buckets."""

import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from devkit import ports
from files.storage import BUCKETS
from tests.peers.programs import modules

# What the server knows as its only user.
_KEY = "S3RVER"


@dataclass
class S3:
    """Where it listens, and the folder it keeps everything in."""

    port: int
    folder: Path

    @property
    def settings(self) -> dict[str, str]:
        """What our settings say of it."""
        return {
            "FILES_S3_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "FILES_S3_ACCESS_KEY": _KEY,
            "FILES_S3_SECRET_KEY": _KEY,
        }

    def lying(self) -> list[str]:
        """The keys that hold something, each behind its bucket."""
        ending = "._S3rver_object"
        return sorted(
            path.relative_to(self.folder).as_posix().removesuffix(ending) for path in self.folder.rglob(f"*{ending}")
        )


@contextmanager
def running(folder: Path):
    port = ports.choose()
    program = modules() / "s3rver" / "bin" / "s3rver.js"
    buckets = [word for bucket in BUCKETS for word in ("--configure-bucket", bucket)]
    address = ["--address", "127.0.0.1", "--port", str(port), "--directory", str(folder), "--silent"]
    command = [str(shutil.which("node")), str(program), *address, *buckets]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _wait(process, port, folder / "log")
            yield S3(port, folder)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(process: subprocess.Popen, port: int, log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            probe = HTTPConnection("127.0.0.1", port, timeout=5)
            probe.request("GET", "/")
            probe.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the S3 server did not come up")
