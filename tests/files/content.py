"""Small honest files of every kind that is taken, and the form that brings one."""

import io
import struct
import uuid
import zipfile
import zlib

JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
PDF_END = b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def pdf(text: str = "1", body: bytes = b"") -> bytes:
    marked = f"% {uuid.uuid5(uuid.NAMESPACE_URL, text)}\n".encode()
    return b"%PDF-1.7\n" + marked + b"1 0 obj\n<< /Type /Catalog >>\nendobj\n" + body + PDF_END


def png(width: int = 8, height: int = 8, tail: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\x00" + b"\x80" * 3 * 8) * 8)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"") + tail


def jpeg(width: int = 8, height: int = 8, comment: bytes = b"", tail: bytes = b"") -> bytes:
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    return JPEG_HEAD + said + frame + b"\xff\xda\x00\x02" + b"\x00" * 40 + b"\xff\xd9" + tail


def webp(width: int = 8, height: int = 8) -> bytes:
    frame = b"VP8 " + struct.pack("<I", 10) + b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height)
    return b"RIFF" + struct.pack("<I", len(frame) + 4) + b"WEBP" + frame


def heic(width: int = 8, height: int = 8, brand: bytes = b"heic") -> bytes:
    kind = b"ftyp" + brand + b"\x00\x00\x00\x00mif1" + brand
    size = b"ispe\x00\x00\x00\x00" + struct.pack(">II", width, height)
    return struct.pack(">I", len(kind) + 4) + kind + struct.pack(">I", len(size) + 4) + size


TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
NO_LINKS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


def package(main: str = "word/document.xml", **more: bytes | str) -> bytes:
    """A Word or Excel file; `more` are its further entries, by name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        entries = {"[Content_Types].xml": TYPES, "_rels/.rels": NO_LINKS, main: b"<w/>", **more}
        for name, content in entries.items():
            made.writestr(name, content)
    return written.getvalue()


def docx(**more) -> bytes:
    return package("word/document.xml", **more)


def xlsx(**more) -> bytes:
    return package("xl/workbook.xml", **more)


BOUNDARY = "a-boundary-of-tests"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def form(content: bytes, name: str | bytes = "file.pdf", *, claimed: str = "application/pdf", **fields) -> bytes:
    """The body of a form with one file, byte for byte as given."""
    name = name.encode() if isinstance(name, str) else name
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: %s\r\n\r\n'
    file = head % (BOUNDARY.encode(), name, claimed.encode()) + content
    return b"".join(lines) + file + f"\r\n--{BOUNDARY}--\r\n".encode()
