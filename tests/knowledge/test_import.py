"""A folder of files, kept: what is read, what is told of, and a second run."""

import io

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from core import acting
from knowledge.models import KbDoc
from tests import cast


@pytest.fixture
def folder(tmp_path, db):
    return tmp_path / "ידע"


@pytest.fixture
def put(folder):
    """Write files below the folder: text as UTF-8, bytes as they are."""

    def written(**files):
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return written


def run(folder, *options, code=0):
    """Import, and return the lines that were printed."""
    out = io.StringIO()
    ended = 0
    try:
        call_command("kb_import", str(folder), "--office", cast.NORTH.name, *options, stdout=out)
    except SystemExit as end:
        ended = end.code
    assert ended == code, out.getvalue()
    return out.getvalue().splitlines()


def docs(**asked):
    with acting.acting(acting.SERVICE):
        return {doc.source: doc for doc in KbDoc.objects.kept().filter(**asked)}


def a_pdf(text="", password=None):
    """A PDF with one line of Latin text, or with none."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    if text:
        font = DictionaryObject({
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        })  # fmt: skip
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password is not None:
        writer.encrypt(password, algorithm="AES-256")
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


def test_text_markdown_and_pdf_are_kept_under_their_paths(folder, put):
    put(**{
        "נהלים/צילום.md": "\ufeff# נוהל צילום\n\nמצלמים את הפגוש",
        "old.txt": "ירידת ערך".encode("cp1255"),
        "wide.TXT": "סוללה".encode("utf-16"),
        "loss.pdf": a_pdf("Constructive total loss"),
        ".git/config.txt": "hidden",
    })  # fmt: skip

    lines = run(folder, "--tags", "ידע, נהלים,")

    kept = docs()
    assert {source: (doc.title, doc.body, doc.lang) for source, doc in kept.items()} == {
        "נהלים/צילום.md": ("נוהל צילום", "# נוהל צילום\n\nמצלמים את הפגוש", "he"),
        "old.txt": ("old", "ירידת ערך", "he"),
        "wide.TXT": ("wide", "סוללה", "he"),
        "loss.pdf": ("loss", "Constructive total loss", "en"),
    }
    assert {(doc.org_id, *doc.tags) for doc in kept.values()} == {(cast.NORTH.id, "ידע", "נהלים")}
    assert lines[0] == "1/4  loss.pdf: added"
    assert lines[-1].startswith("4 added, 0 changed, 0 the same as before")


def test_what_cannot_be_read_is_told_and_the_rest_is_kept(folder, put, settings):
    settings.KB_MAX_BYTES = 2000
    put(**{
        "a.pdf": a_pdf(),
        "b.pdf": a_pdf("secret", password="x"),
        "c.pdf": a_pdf("open for all", password=""),
        "d.pdf": b"%PDF-1.7\nnonsense",
        "e.pdf": a_pdf("cut off")[:300],
        "f.pdf": b"",
        "g.pdf": a_pdf("word " * 600),
        "h.txt": "א" * 1001,
        "i.txt": b"\x00\x01\x02",
        "j.txt": "  \n ",
        "k.docx": b"PK",
        "l.txt": "טוב",
    })  # fmt: skip

    lines = run(folder, code=1)

    assert set(docs()) == {"c.pdf", "l.txt"}
    report = {line.split(": ")[0].strip(): line for line in lines[-10:]}
    assert "scan" in report["a.pdf"]
    assert "encrypted" in report["b.pdf"]
    assert all("broken" in report[name] for name in ("d.pdf", "e.pdf", "f.pdf"))
    assert all("2,000" in report[name] for name in ("g.pdf", "h.txt"))
    assert "encoding" in report["i.txt"]
    assert "no text" in report["j.txt"]
    assert ".md" in report["k.docx"]
    assert "2 added" in lines[-11]
    assert "10 not read" in lines[-11]


def test_a_second_run_changes_only_what_changed(folder, put):
    put(**{"a.md": "אחד", "b.md": "שניים"})
    run(folder, "--tags", "ישן")
    first = docs()
    put(**{"b.md": "שלוש", "c.md": "ארבע"})

    lines = run(folder, "--tags", "חדש")

    assert [line.partition(": ")[2] for line in lines[:3]] == ["the same as before", "changed", "added"]
    now = docs()
    assert now["a.md"].updated_at == first["a.md"].updated_at
    assert (now["b.md"].pk, now["b.md"].body, now["b.md"].tags) == (first["b.md"].pk, "שלוש", ["חדש", "ישן"])
    assert run(folder)[-1].startswith("0 added, 0 changed, 3 the same as before")


def test_what_people_did_meanwhile_is_left_alone(folder, put, api, dana):
    put(**{"a.md": "אחד", "b.md": "שניים"})
    run(folder)
    pks = {source: doc.pk for source, doc in docs().items()}
    api(dana).patch(f"kb/docs/{pks['a.md']}", {"body": "אחד, בתיקון שלנו", "title": "שלנו"})
    api(dana).request("DELETE", f"kb/docs/{pks['b.md']}")

    lines = run(folder)

    assert docs()["a.md"].body == "אחד, בתיקון שלנו"
    assert set(docs()) == {"a.md"}
    assert [line.partition(": ")[2].split(":")[0] for line in lines[:2]] == ["left alone", "left alone"]
    assert "b.md: left alone" in lines[-1]

    run(folder, "--overwrite")
    assert {source: (doc.title, doc.body) for source, doc in docs().items()} == {
        "a.md": ("שלנו", "אחד"),
        "b.md": ("b", "שניים"),
    }


def test_an_office_is_named_where_there_are_more(folder, put):
    put(**{"a.md": "אחד"})

    with pytest.raises(CommandError, match="--office"):
        call_command("kb_import", str(folder))
    with pytest.raises(CommandError, match="no office"):
        call_command("kb_import", str(folder), "--office", "nowhere")
    with pytest.raises(CommandError, match="no folder"):
        call_command("kb_import", str(folder / "a.md"), "--office", cast.NORTH.name)
    call_command("kb_import", str(folder), "--office", cast.SOUTH.name, stdout=io.StringIO())
    assert docs(org_id=cast.NORTH.id) == {}
    assert set(docs(org_id=cast.SOUTH.id)) == {"a.md"}
