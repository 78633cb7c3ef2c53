"""What tests of reports share: buckets of their own, a browser, a page, and making what was asked for."""

import base64
import io
from uuid import UUID

import pypdfium2
import pytest
from PIL import Image

from core import acting
from files import chromium, rendering, storage
from files.models import Report

PAGE = """<!doctype html><html dir="rtl" lang="he"><head><title>חוות דעת</title></head><body>
<h1>חוות דעת שמאית</h1><p>סך הכל לתשלום <bdi dir="ltr">19,440.50</bdi> עבור פגוש קדמי
<bdi dir="ltr">66747-E298</bdi> בלבד.</p></body></html>"""


@pytest.fixture
def buckets(settings, tmp_path):
    """Buckets on the disk that this test alone uses."""
    here = {
        name: {**told, "OPTIONS": {**told["OPTIONS"], "location": tmp_path / name}}
        for name, told in settings.STORAGES.items()
        if name in storage.BUCKETS
    }
    settings.STORAGES = {**settings.STORAGES, **here}
    return tmp_path


@pytest.fixture(scope="session")
def warm_browser():
    """One browser for all tests of a worker, as it is in a worker of ours."""
    yield
    chromium.close()


@pytest.fixture
def browser(warm_browser, buckets, settings):
    """The browser of this machine does the printing."""
    settings.GOTENBERG_URL = ""


def picture(width=400, height=300, colour="#3377aa"):
    """A picture as a page brings it along."""
    held = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(held, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode()


def made(report_id):
    """The report after a worker had it."""
    rendering.run(UUID(str(report_id)))
    with acting.acting(acting.SERVICE):
        return Report.objects.select_related("document").get(pk=report_id)


def content_of(report):
    return b"".join(storage.pieces(report.document.bucket_name, report.document.storage_key))


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
