"""What strangers send: files that pretend, names that mislead, links that were tampered with."""

import io
import re
import struct
import zipfile
from urllib.parse import unquote

import pytest
from django.test import Client

from core import acting
from files import links
from tests.files.content import FORM, JPEG_HEAD, PDF_END, docx, form, heic, jpeg, package, pdf, png, webp, xlsx

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OUTSIDE = b'<R><Relationship Type="x/%s" Target="http://evil.test/t" TargetMode="External"/></R>'
MACRO_TYPES = b'<Types ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'


def bomb(main="word/document.xml"):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", b"<Types/>")
        with made.open(main, "w") as entry:
            for _ in range(40):
                entry.write(bytes(1_000_000))
    return written.getvalue()


def locked():
    """A package whose entries say that they are encrypted."""
    content = bytearray(docx())
    for at in [found.start() for found in re.finditer(rb"PK\x01\x02", bytes(content))]:
        content[at + 8] |= 1
    return bytes(content)


def lying_size():
    """A package whose list says less than its entry holds."""
    content = bytearray(docx(**{"word/big.xml": b"a" * 100_000}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(content)


REFUSED = {
    "a page": b"<!doctype html><html>" + SCRIPT,
    "a page behind blanks": b"\n\n   <html>" + SCRIPT,
    "a page with a mark": b"\xef\xbb\xbf<html>" + SCRIPT,
    "svg": SVG,
    "svg behind xml": b'<?xml version="1.0"?>' + SVG,
    "a script": b"alert(1)",
    "text": b"only words, and =cmd|'/c calc'!A1",
    "php": b"<?php system('id'); ?>",
    "gif and script": b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)",
    "a program of windows": b"MZ" + bytes(200),
    "a program of linux": b"\x7fELF" + bytes(200),
    "an old word file": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    "jpeg and page": jpeg(comment=b"<html><body>" + SCRIPT),
    "jpeg and page behind it": jpeg(tail=b"<html>" + SCRIPT),
    "jpeg and archive": jpeg(tail=docx()),
    "png and svg": png(tail=SVG),
    "png and archive": png(tail=docx()),
    "pdf and archive": pdf() + docx(),
    "pdf behind a page": b"<html>" + SCRIPT + pdf(),
    "pdf behind a byte": b" " + pdf(),
    "pdf cut off": pdf()[: -len(PDF_END)],
    "pixel bomb": png(60_000, 60_000),
    "pixel bomb in jpeg": jpeg(65_000, 65_000),
    "pixel bomb in webp": webp(16_000, 16_000),
    "pixel bomb in heic": heic(30_000, 30_000),
    "a picture without a size": png(0, 10),
    "jpeg cut off": JPEG_HEAD,
    "broken jpeg": JPEG_HEAD + bytes(100),
    "png cut off": png()[:20],
    "avif": heic(brand=b"avif"),
    "zip bomb": bomb(),
    "zip bomb in excel": bomb("xl/workbook.xml"),
    "a zip with nothing of ours": package("evil.txt"),
    "a jar": package("META-INF/MANIFEST.MF"),
    "word and excel at once": docx(**{"xl/workbook.xml": b"<x/>"}),
    "macros": docx(**{"word/vbaProject.bin": b"x"}),
    "macros by type": docx(**{"[Content_Types].xml": MACRO_TYPES}),
    "excel 4 macros": xlsx(**{"xl/macrosheets/sheet1.xml": b"<x/>"}),
    "a program inside": docx(**{"word/embeddings/oleObject1.bin": b"MZ"}),
    "an archive inside": docx(**{"word/media/a.zip": bomb()}),
    "a page inside": docx(**{"word/afchunk.html": SCRIPT}),
    "a template from outside": docx(**{"word/_rels/settings.xml.rels": OUTSIDE % b"attachedTemplate"}),
    "a picture from outside": xlsx(**{"xl/_rels/workbook.xml.rels": OUTSIDE % b"image"}),
    "paths that climb": docx(**{"../../etc/cron.d/x": b"x"}),
    "paths from the root": docx(**{"/etc/passwd": b"x"}),
    "many parts": docx(**{f"word/{n}.xml": b"" for n in range(6000)}),
    "locked": locked(),
    "a size that lies": lying_size(),
    "an entity bomb": docx(**{"word/_rels/a.rels": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Relationships/>'}),
    "a package cut off": docx()[:60],
    "a package with a broken list": docx()[:-30] + bytes(30),
}  # fmt: skip
HARMLESS = {
    "pdf with a script": pdf(body=b"2 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n"),
    "pdf with a script in disguise": pdf(body=b"2 0 obj\n<< /S /J#61vaScript /J#53 (app.alert(1)) >>\nendobj\n"),
    "pdf that starts a program": pdf(body=b"2 0 obj\n<< /S /Launch /F (calc.exe) >>\nendobj\n"),
    "pdf with a page in it": pdf(body=b"% <html><script>alert(1)</script>\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_a_reason_and_nothing_is_left(desk, lying, name):
    answer = desk.bring(REFUSED[name], "צילום.jpg", plate="12345678", claimed="image/jpeg")

    assert answer.status_code == 422, answer.content
    assert answer.json()["details"][0]["pointer"] == "/file"
    assert lying() == []


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_taken_and_could_run_is_never_shown_inside_a_page(desk, open_case, name):
    row = desk.brought(HARMLESS[name], "a.html", case_id=open_case()["case_id"], claimed="text/html")
    with acting.acting(acting.SERVICE):
        preview = links.make(row["id"], "preview", 60).url

    answer, _ = desk.opened(preview)

    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    if name != "pdf with a page in it":
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_fifty_megabytes_of_line_ends_are_looked_through_at_once(desk, open_case):
    assert desk.bring(pdf(body=b"\n" * 20_000_000), case_id=open_case()["case_id"]).status_code == 201


def test_a_link_in_a_word_file_that_a_person_clicks_is_no_trick(desk, open_case):
    clicked = docx(**{"word/_rels/document.xml.rels": OUTSIDE % b"hyperlink"})
    assert desk.bring(clicked, case_id=open_case()["case_id"]).status_code == 201


NAMES = [
    "../../../etc/passwd", "..\\..\\windows\\system32\\cmd.exe", "/etc/shadow", "C:\\boot.ini", "a/b/c.pdf",
    "file:///etc/passwd",
    "חשבון\u202efdp.exe", "\u2066abc\u2069.pdf", "\u200f\u200e.pdf", "a\u200bb.pdf", "צילום\ufeff.pdf", "nul.pdf",
    "con",
    "COM1.jpg", ".htaccess", "...", "   ", "x.pdf.exe", "x.svg", "<script>alert(1)</script>.html",
    "a'; drop table documents;--",
    "שם ארוך " * 60 + ".pdf", "a" * 400 + ".pdf", "😀" * 100 + ".pdf", "%2e%2e%2fpasswd", "a%00b.pdf",
    "$(id).pdf", "`id`",
    "=1+1.xlsx", "a;b=c.pdf", "e\u0301.pdf", "\u2028line.pdf",
]  # fmt: skip
RAW_NAMES = [b"a\x00b.pdf", b"a\r.pdf", b"\xff\xfe.pdf", b"a\x1b[31m.pdf"]


@pytest.mark.parametrize("name", [*NAMES, *RAW_NAMES])
def test_a_hostile_name_makes_no_key_and_is_harmless_to_look_at(desk, open_case, lying, name):
    case = open_case()["case_id"]
    sent = name if isinstance(name, bytes) else name.replace('"', "%22")

    answer = desk.bring(pdf(str(name)), sent, case_id=case)

    assert answer.status_code in {201, 422}, answer.content
    for key in lying():
        assert re.fullmatch(r"docs/[0-9a-f-]{36}/[0-9a-f-]{36}/[0-9a-f-]{36}\.pdf", key)
    if answer.status_code == 422:
        assert lying() == []
        return
    shown = answer.json()["filename"]
    assert shown.endswith(".pdf")
    assert 5 <= len(shown) <= 150
    assert not re.search(r'[\x00-\x1f\x7f/\\<>:"|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]', shown)
    header = desk.read(answer.json()["id"])[0]["Content-Disposition"]
    plain, encoded = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9 ._()-]+)\"; filename\*=UTF-8''(\S+)", header
    ).groups()
    assert unquote(encoded) == shown
    assert plain.endswith(".pdf")


def tampered(token):
    """88 ways to have almost a link."""
    for n in range(0, 43):
        yield token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :]
    for n in range(1, 20):
        yield token[:-n]
    yield from (token + more for more in ("A", "=", "/", "%00", "%0a", ".", "?x", "/x", ";x", "%20", "A" * 5000))
    yield from (token.swapcase(), token[::-1], token.lower(), token.upper(), token[1:] + token[0])
    yield from ("", "x", "null", "..", "%2e%2e%2f", "*", "' or 1=1--", "A" * 43, "-" * 43, "🙂")


def test_a_link_that_was_tampered_with_opens_nothing_and_all_get_the_same_answer(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])
    token = desk.api.post("sign-url", {"file_id": row["id"]}).json()["url"].rpartition("/")[2]
    ways = [way for way in tampered(token) if way != token]
    assert len(ways) >= 88

    answers = [Client().get(f"/api/v1/links/{way}") for way in ways]

    # What goes on after a question mark is no part of the link.
    opened = [way for way, answer in zip(ways, answers, strict=True) if answer.status_code == 200]
    assert opened == [f"{token}?x"]
    inside = [answer for answer in answers if answer.resolver_match and "links" in answer.resolver_match.route]
    assert len({answer.content for answer in inside if answer.status_code == 404}) == 1
    assert {answer.status_code for answer in answers} <= {200, 401, 404}


def test_a_token_stands_in_no_log_line_and_in_no_row(desk, open_case, capfd, caplog):
    row = desk.brought(case_id=open_case()["case_id"])
    token = desk.api.post("sign-url", {"file_id": row["id"]}).json()["url"].rpartition("/")[2]
    desk.opened(f"/api/v1/links/{token}")
    Client().get(f"/api/v1/links/{token}x")

    said = "".join(capfd.readouterr()) + caplog.text

    assert "links/<str:token>" in said
    assert token not in said


def test_a_form_with_two_files_or_a_nameless_one_is_refused(desk, lying):
    body = form(pdf(), plate="12345678")
    two = body.replace(b"--a-boundary-of-tests--\r\n", b"") + form(png(), "b.png")

    for sent in (two, form(pdf(), "", plate="12345678"), body.replace(b'name="file"', b'name="other"')):
        assert desk.api.request("POST", "files", sent, content_type=FORM).status_code == 422
    assert lying() == []
