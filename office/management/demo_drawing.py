"""Pictures and papers of the demo, drawn: no real car, no real invoice."""

from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

_SIZE = (960, 640)
_GLASS, _TYRE, _RIM, _DENT = (188, 208, 222), (38, 40, 44), (176, 180, 186), (70, 72, 78)
# The side of a car as it stands to the right, and its windows.
_BODY = [(90, 430), (96, 372), (150, 346), (262, 330), (352, 246), (590, 240), (690, 322), (838, 348), (872, 392),
         (870, 430)]  # fmt: skip
_WINDOWS = [[(292, 328), (364, 264), (462, 261), (462, 328)], [(480, 328), (480, 260), (580, 258), (652, 328)]]
_WHEELS = (236, 716)


def car(colour: tuple[int, int, int], damage: tuple[int, int], *, mirrored: bool = False, close: bool = False) -> bytes:
    """A picture of a car with a dent at that place, from its other side or from near."""
    picture = Image.new("RGB", _SIZE, (206, 214, 220))
    draw = ImageDraw.Draw(picture)
    for row in range(0, 400, 4):
        draw.rectangle((0, row, _SIZE[0], row + 4), fill=(206 - row // 10, 214 - row // 12, 220 - row // 16))
    draw.rectangle((0, 400, *_SIZE), fill=(120, 122, 124))
    for line in range(40, _SIZE[0], 240):
        draw.rectangle((line, 560, line + 120, 570), fill=(214, 212, 200))
    draw.ellipse((70, 470, 900, 530), fill=(96, 98, 100))
    dark = tuple(part * 3 // 4 for part in colour)
    draw.polygon([*_BODY, (860, 470), (100, 470)], fill=colour, outline=dark)
    draw.rectangle((100, 452, 862, 472), fill=dark)
    for window in _WINDOWS:
        draw.polygon(window, fill=_GLASS, outline=dark)
    for line in (276, 471, 640):
        draw.line((line, 332, line, 450), fill=dark, width=3)
    draw.rectangle((500, 372, 548, 380), fill=dark)
    draw.ellipse((828, 356, 866, 384), fill=(250, 238, 190))
    for middle in _WHEELS:
        draw.ellipse((middle - 58, 402, middle + 58, 518), fill=_TYRE)
        draw.ellipse((middle - 32, 428, middle + 32, 492), fill=_RIM)
    _dent(draw, damage)
    if close:
        x, y = min(max(damage[0], 240), 720), min(max(damage[1], 160), 480)
        picture = picture.crop((x - 240, y - 160, x + 240, y + 160)).resize(_SIZE, Image.Resampling.BICUBIC)
    if mirrored:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return _written(picture, "JPEG", quality=72)


def invoice(number: str, total: Decimal) -> bytes:
    """A page with an invoice's number and sum, and lines where its words would be."""
    page = Image.new("RGB", (620, 877), (252, 252, 250))
    draw = ImageDraw.Draw(page)
    large, small = ImageFont.load_default(28), ImageFont.load_default(18)
    draw.rectangle((40, 40, 580, 110), fill=(226, 232, 240))
    draw.text((60, 58), f"No. {number}", font=large, fill=(40, 44, 52))
    for row in range(150, 640, 34):
        draw.line((60, row, 560, row), fill=(206, 210, 216), width=2)
        draw.rectangle((320 + row % 70, row - 18, 560, row - 10), fill=(150, 156, 166))
        draw.rectangle((60, row - 18, 110 + row % 40, row - 10), fill=(150, 156, 166))
    draw.text((60, 700), f"{total:,.2f} ILS", font=large, fill=(40, 44, 52))
    draw.text((60, 820), "DEMO", font=small, fill=(150, 156, 166))
    return _written(page, "PDF")


def _dent(draw: ImageDraw.ImageDraw, at: tuple[int, int]) -> None:
    x, y = at
    draw.polygon([(x - 44, y - 8), (x - 10, y - 26), (x + 40, y - 12), (x + 30, y + 20), (x - 26, y + 24)], fill=_DENT)
    for shift in (-16, 0, 14):
        draw.line((x - 70, y + shift, x + 62, y + shift - 22), fill=(232, 232, 230), width=3)


def _written(picture: Image.Image, form: str, **more: int) -> bytes:
    held = BytesIO()
    picture.save(held, form, **more)
    return held.getvalue()
