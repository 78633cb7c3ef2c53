import json
import subprocess
import sys

import pytest

from devkit import doctor, places, up, words
from devkit.places import ROOT


def dev(*arguments):
    return subprocess.run([sys.executable, ROOT / "dev.py", *arguments], check=False, capture_output=True, text=True)


@pytest.mark.parametrize(("arguments", "code"), [(["help"], 0), ([], 0), (["dance"], 2)])
def test_the_words_are_told(arguments, code):
    answer = dev(*arguments)

    assert answer.returncode == code
    assert all(word in answer.stdout + answer.stderr for word in words.WORDS)


def test_a_second_up_says_what_runs(place, monkeypatch, capsys):
    monkeypatch.setattr(up, "VAR", place.folder)
    place.remember(base="http://127.0.0.1:8000", launcher=11, services={"web": {"pid": 12}})

    with places.lock(place.folder / "lock"):
        # The temporary place is locked by its fixture as well.
        assert up.main([]) == 0

    assert "http://127.0.0.1:8000/admin/ (launcher 11, web 12)" in capsys.readouterr().out


def test_a_mistake_of_our_own_is_told_in_a_sentence(place, monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(words, "VAR", place.folder)
    monkeypatch.setattr(doctor, "LOOKS", [lambda: json.loads("{")])
    monkeypatch.setattr("devkit.stopping.listen", lambda: None)
    monkeypatch.setattr("devkit.environment.forget_ours", lambda: None)

    assert words.main(["doctor"]) == 1

    assert "Traceback" not in capsys.readouterr().err
    assert "Traceback" in (place.logs / "dev.log").read_text()
