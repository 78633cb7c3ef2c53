"""`python -m config.probe PORT PATH`: asks a process of ours as the proxy would; exit code 0 when it answers 200."""

import http.client
import os
import sys


def main(port: int, path: str) -> int:
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".") or "localhost"
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        # Else a process that wants HTTPS sends us there.
        line.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if line.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2]))
