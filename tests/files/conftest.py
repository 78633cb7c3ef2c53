"""Files in a folder of the test's own, and the desk they are brought to."""

import pytest

from tests.files.content import FORM, form, pdf


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


class Desk:
    """The files as one caller sees them."""

    def __init__(self, api):
        self.api = api

    def bring(self, content=None, name="דוח.pdf", **fields):
        body = form(pdf() if content is None else content, name, **fields)
        return self.api.request("POST", "files", body, content_type=FORM)

    def brought(self, *arguments, **fields):
        """The row of a file that was taken."""
        answer = self.bring(*arguments, **fields)
        assert answer.status_code in {200, 201}, answer.content
        return answer.json()

    def read(self, file_id, **headers):
        answer = self.api.get(f"files/{file_id}/content", **headers)
        return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content

    def opened(self, url):
        """What a link answers to who has no login."""
        answer = self.api.client.get(url.removeprefix("http://testserver"))
        return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def desk(api, dana):
    return Desk(api(dana))


@pytest.fixture
def lying(files_root):
    """`lying()` is every file in storage."""
    return lambda: sorted(path.relative_to(files_root).as_posix() for path in files_root.rglob("*") if path.is_file())
