import os
import stat

from devkit import keys, places
from devkit.crew import end_leftovers


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_for_our_eyes_only(place):
    keys.of(place)

    assert mode(keys.file_of(place)) == 0o600
    assert mode(place.logs) == 0o700


def test_secrets_are_made_once(place):
    assert keys.of(place) == keys.of(place)


def test_a_torn_secrets_file_is_made_anew(place):
    keys.file_of(place).write_text('{"jwt_secret": "half')

    assert len(keys.of(place).jwt_secret) >= 32


def test_two_places_share_no_secret(place):
    with places.temporary() as other:
        assert keys.of(place) != keys.of(other)


def test_a_lock_is_held_by_one(place):
    with places.lock(place.folder / "a") as first, places.lock(place.folder / "a") as second:
        assert (first, second) == (True, False)


def test_a_kept_place_in_use_is_not_shared(place):
    with places.kept_or_temporary(place.folder / "kept") as first:
        with places.kept_or_temporary(place.folder / "kept") as second:
            assert second.folder != first.folder
        assert not second.folder.exists()


def test_an_abandoned_place_is_swept(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    abandoned, used, young = (tmp_path / f"{places.TEMPORARY}{name}" for name in ("abandoned", "used", "young"))
    for folder in (abandoned, used, young):
        folder.mkdir()
    with places.lock(used / "lock"):
        for folder in (abandoned, used):
            os.utime(folder, (0, 0))
        places.sweep()

    assert [folder.exists() for folder in (abandoned, used, young)] == [False, True, True]


def test_a_number_that_now_belongs_to_someone_else_is_left_alone(place):
    place.remember(services={"web": {"pid": os.getpid(), "born": "long ago", "stop_signal": 15}})

    end_leftovers(place)

    assert place.run()["services"] == {}
