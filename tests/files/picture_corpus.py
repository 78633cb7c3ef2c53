"""Pictures as cameras, scanners and ill-wishers make them; each is made here, none is kept."""

import struct
import zlib
from io import BytesIO

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()
DATE, DIGITIZED, PLACE, ORIENTATION, CAMERA = 0x9003, 0x9004, 0x8825, 0x0112, 0x0110


def scene(width=640, height=400, mode="RGB"):
    """Red above on the left, blue elsewhere: one sees how it lies."""
    made = Image.new("RGB", (width, height), "blue")
    ImageDraw.Draw(made).rectangle((0, 0, width // 2, height // 2), fill="red")
    return made.convert(mode)


def written(picture, form="JPEG", **more):
    made = BytesIO()
    picture.save(made, form, **more)
    return made.getvalue()


def photo(*, date=None, orientation=None, place=False, offset=None, **size):
    """A JPEG as a camera writes it."""
    exif = Image.Exif()
    exif[CAMERA] = "Demo 5"
    if orientation is not None:
        exif[ORIENTATION] = orientation
    inner = exif.get_ifd(0x8769)
    if date is not None:
        inner[DATE] = date
    if offset is not None:
        inner[0x9011] = offset
    if place:
        exif.get_ifd(PLACE).update({1: "N", 2: (32.0, 5.0, 7.0), 3: "E", 4: (34.0, 46.0, 5.0)})
    return written(scene(**size), exif=exif)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, *before, data=None):
    """A PNG that claims to be so large, with further chunks in front of its pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = zlib.compress(b"\0" * 1000 if data is None else data, 9)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(before) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg_of(width, height):
    """A small JPEG whose header claims to be large."""
    made = bytearray(written(scene(64, 64)))
    at = made.index(b"\xff\xc0") + 5
    made[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(made)


def webp_of(width, height):
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size + b"ANIM" + struct.pack("<I", 6) + b"\0" * 6
    return b"RIFF" + struct.pack("<I", len(body)) + body


def frames(count, form, **more):
    rest = [scene(300, 200).rotate(n) for n in range(1, count)]
    return written(scene(300, 200), form, save_all=True, append_images=rest, **more)


_ANY = zlib.compress(b"\0" * 80_000_000, 9)
# What must be refused where its header shows it, or told as unreadable later; never an error of ours.
HOSTILE = {
    "text": b"just words",
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "gif": written(scene(), "GIF"),
    "tiff": written(scene(), "TIFF"),
    "bmp": written(scene(), "BMP"),
    "pdf": b"%PDF-1.7\n%%EOF",
    "no-bytes": b"",
    "a-jpegs-beginning": b"\xff\xd8\xff\xe0",
    "a-pngs-beginning": b"\x89PNG\r\n\x1a\n",
    "a-webps-beginning": b"RIFF\x04\0\0\0WEBP",
    "a-heics-beginning": b"\0\0\0\x18ftypheic\0\0\0\0",
    "png-bomb": png(30_000, 30_000),
    "png-bomb-of-four-gigabytes": png(2**31 - 1, 2**31 - 1),
    "png-of-no-size": png(0, 0),
    "png-just-too-large": png(10_000, 5_001),
    "apng-bomb": png(5_000, 5_000, chunk(b"acTL", struct.pack(">II", 2**31, 0))),
    "png-endless-text": png(10, 10, chunk(b"zTXt", b"note\0\0" + _ANY)),
    "png-endless-profile": png(10, 10, chunk(b"iCCP", b"note\0\0" + _ANY)),
    "png-without-pixels": png(100, 100, data=b""),
    "jpeg-bomb": jpeg_of(60_000, 60_000),
    "jpeg-of-no-size": jpeg_of(0, 0),
    "jpeg-of-endless-scans": written(scene(64, 64), progressive=True)[:-2] + b"\xff\xda\0\x08\1\1\0\0\0\0\0" * 5000,
    "webp-bomb": webp_of(16_000, 16_000),
    "webp-without-frames": webp_of(100, 100),
    "a-script-behind-it": written(scene()) + b"<script>alert(1)</script>" * 100,
    "heic-of-noise": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(range(256)) * 40,
}
ODD = {
    "cmyk": written(scene(mode="CMYK")),
    "grey": written(scene(mode="L")),
    "progressive": written(scene(), progressive=True),
    "png-of-16-bits": written(Image.new("I;16", (300, 200), 40_000), "PNG"),
    "palette": written(scene(mode="P"), "PNG"),
    "palette-with-a-hole": written(scene(mode="P"), "PNG", transparency=0),
    "alpha": written(scene(mode="RGBA"), "PNG"),
    "grey-alpha": written(scene(mode="LA"), "PNG"),
    "one-bit": written(scene(mode="1"), "PNG"),
    "webp": written(scene(), "WEBP"),
    "webp-lossless": written(scene(mode="RGBA"), "WEBP", lossless=True),
    "webp-animated": frames(4, "WEBP"),
    "apng": frames(3, "PNG"),
    "mpo": frames(2, "MPO"),
    "heic": written(scene(), "HEIF"),
    "heic-alpha": written(scene(mode="RGBA"), "HEIF"),
    "one-pixel": written(scene(1, 1)),
    "a-line": written(scene(5000, 1), "PNG"),
    "with-a-broken-exif": written(scene(), exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\xff" * 200),
}
WHOLE = {"jpeg": photo(date="2026:05:01 10:00:00"), "png": written(scene(), "PNG"), "webp": written(scene(), "WEBP"),
         "heic": written(scene(), "HEIF")}  # fmt: skip
CUT = {f"{name}-{tenth}": whole[: len(whole) * tenth // 10] for name, whole in WHOLE.items() for tenth in range(1, 10)}
