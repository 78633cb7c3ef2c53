"""The text layer of a PDF, read in a process of its own: a file from outside may want all time and memory there is."""

import resource
import subprocess
import sys
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

_SECONDS = 120
_MEMORY = 2 << 30
_TELLS_WHY = 3


class Unreadable(Exception):
    """Why a file gave no text."""


def text_of(path: Path, most: int) -> str:
    """The text of a PDF, page after page, in the order the file has it; no more than some letters over `most`.

    Raises Unreadable.
    """
    command = [sys.executable, "-m", "knowledge.pdf", str(path), str(most)]
    here = Path(__file__).parent.parent
    try:
        read = subprocess.run(command, check=False, cwd=here, capture_output=True, timeout=_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unreadable(f"reading it takes longer than {_SECONDS} seconds") from None
    if read.returncode == _TELLS_WHY:
        raise Unreadable(read.stdout.decode())
    if read.returncode != 0:
        raise Unreadable("the PDF is broken, or needs more memory than there is")
    return read.stdout.decode("utf-8", "surrogatepass")


def _pages(path: str, most: int) -> str:
    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("the PDF is encrypted")
    pages: list[str] = []
    length = 0
    for page in reader.pages:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > most:
            break
    return "\n\n".join(pages)


def main(path: str, most: str) -> int:
    """Print the text; exit with 3 and the reason where there is one to tell."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        text = _pages(path, int(most))
    except Unreadable as why:
        sys.stdout.write(str(why))
        return _TELLS_WHY
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as exc:
        sys.stdout.write(f"the PDF is broken ({type(exc).__name__})")
        return _TELLS_WHY
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
