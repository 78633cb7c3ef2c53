"""A folder of helper files, as Make's export left it on OneDrive."""

import json

from core import acting
from moving.models import ImportRun, ImportSource
from tests import cast
from tests.importing import sources


def test_files_become_versions_oldest_first(bring, desk, tmp_path):
    plate, _row, helpers = sources.numbered(tmp_path, "a", 12)
    told = bring(tmp_path)

    assert desk.helpers(plate) == helpers
    assert [one.version for one in desk.versions(plate)] == list(range(1, 13))
    assert [one.is_current for one in desk.versions(plate)] == [False] * 11 + [True]
    assert {one.saved_from for one in desk.versions(plate)} == {"IMPORT"}
    assert "12  by the number in their names" in told
    assert "proved: 12 of 12 read back" in told
    assert desk.findings() == []


def test_names_with_seconds_and_milliseconds_are_times_and_no_numbers(bring, desk, tmp_path):
    def bare(helper, _name):
        return sources.without_times(helper)

    plate, _row, helpers = sources.numbered(tmp_path / "s", "b", 6, "{plate}_helper_v{seconds}.json", bare)
    other, _row, others = sources.numbered(tmp_path / "m", "c", 6, "{plate}_helper_v{ms}.json", bare)
    told = bring(tmp_path)

    assert desk.helpers(plate) == [sources.without_times(one) for one in helpers]
    assert desk.helpers(other) == [sources.without_times(one) for one in others]
    assert "12  by the time they were saved" in told
    assert [int(one.saved_at.timestamp()) for one in desk.versions(plate)] == [
        sources.SECONDS + number * 1000 for number in range(1, 7)
    ]


def test_every_save_was_v1_and_the_documents_own_time_decides(bring, desk, tmp_path):
    plate, _row, told = sources.history("d", 5)
    for number, _at, helper in told:
        sources.put(tmp_path, f"{9 - number}/{plate}_helper_v1.json", helper)
    bring(tmp_path)

    assert desk.helpers(plate) == [helper for _number, _at, helper in told]


def test_the_same_file_many_times_is_one_version(bring, desk, tmp_path):
    plate, _row, helpers = sources.numbered(tmp_path / "once", "e", 4)
    sources.numbered(tmp_path / "again", "e", 4)
    sources.numbered(tmp_path / "and again", "e", 4)
    told = bring(tmp_path)

    assert desk.helpers(plate) == helpers
    assert "8  say what is there already" in told
    assert "proved: 12 of 12 read back" in told


def test_wrappers_are_taken_off_and_remembered(bring, desk, tmp_path):
    wraps = [
        lambda helper, name: {"helper_data": helper},
        lambda helper, name: [{"helper_data": {"helper_data": helper}}],
        lambda helper, name: {"helper_data": sources.text(helper)},
        lambda helper, name: [{"value": sources.text({"helper": helper})}],
        sources.exported,
    ]
    for place, wrap in enumerate(wraps):
        plate, _row, helpers = sources.numbered(tmp_path, f"w{place}", 2, wrap=wrap)
        assert bring(tmp_path)
        assert desk.helpers(plate) == helpers, place
    assert desk.sources(place__startswith=plate)[0].unwrapped == ["helper_data"]
    assert all(run.report["is_proved"] for run in desk.runs())


def test_both_forms_of_a_plate_are_one_case(bring, desk, tmp_path):
    plate, _row, told = sources.history("f", 3)
    dashed = f"{plate[:3]}-{plate[3:5]}-{plate[5:]}"
    for number, _at, helper in told:
        helper["meta"]["plate"] = dashed if number % 2 else plate
        sources.put(tmp_path, f"{dashed if number % 2 else plate}_helper_v{number}.json", helper)
    bring(tmp_path)

    assert len({one.case_id for one in desk.versions(plate)}) == 1
    assert desk.helpers(plate) == [helper for _number, _at, helper in told]


def test_a_filing_number_where_the_case_id_belongs_is_no_id(bring, desk, tmp_path):
    plate, _row, told = sources.history("g", 2)
    for number, _at, helper in told:
        helper["case_info"]["supabase_case_id"] = f"YC-{plate}-2025"
        helper["meta"]["case_id"] = f"YC-{plate[:3]}-{plate[3:5]}-{plate[5:]}-2025"
        sources.put(tmp_path, f"{plate}_helper_v{number}.json", helper)
    bring(tmp_path)

    [case_id] = {one.case_id for one in desk.versions(plate)}
    assert desk.sources()[0].filing_case_id == f"YC-{plate}-2025"
    assert desk.versions(plate)[0].filing_case_id == f"YC-{plate}-2025"
    assert case_id


def test_two_open_cases_of_one_plate_both_come_in_and_one_stays_open(bring, desk, tmp_path):
    from cases.models import Case

    plate, _row, told = sources.history("h", 4)
    ids = ["10000000-0000-4000-8000-00000000ca51", "10000000-0000-4000-8000-00000000ca52"]
    for number, _at, helper in told:
        helper["case_info"]["supabase_case_id"] = ids[number > 2]
        sources.put(tmp_path, f"{plate}_helper_v{number}.json", helper)
    bring(tmp_path)

    cases = desk.rows(Case, plate=plate)
    assert {str(case.id) for case in cases} == set(ids)
    assert [str(case.id) for case in cases if not case.has_ended] == [ids[1]]
    assert [one.version for one in desk.versions(plate)] == [1, 2, 3, 4]
    [finding] = desk.findings("several_open")
    assert finding.proposed == "leave_closed"


def test_broken_and_strange_files_are_kept_whole_and_listed(bring, desk, tmp_path):
    plate, _row, helpers = sources.numbered(tmp_path, "i", 1)
    broken = '{"meta": {\n  "plate": "12345678",\n  "broken" '
    sources.put(tmp_path, "broken.json", broken)
    sources.put(tmp_path, "twice.json", '{"meta": {"plate": "12345678", "a": 1, "a": 2}}')
    sources.put(tmp_path, "nul.json", '{"meta": {"plate": "12345678", "note": "\\u0000"}}')
    sources.put(tmp_path, "manifest.json", {"seed": 1, "items": []})
    sources.put(tmp_path, "nobody.json", {"meta": {"status": "x"}})
    sources.put(tmp_path, "sent.json", {"meta": {"plate": "12345678"}, "action": "x", "submittedAt": "y"})
    (tmp_path / "latin.json").write_bytes(b'{"meta": {"plate": "12345678", "n": "\xe9"}}')
    (tmp_path / "picture.jpg").write_bytes(b"x")
    told = bring(tmp_path)

    assert desk.helpers(plate) == helpers
    assert desk.kinds() == ["no_helper", "no_plate", "partial", "unreadable", "unstorable"]
    kept = {one.place: one for one in desk.sources(state="KEPT")}
    assert len(kept) == 7
    assert bytes(kept["broken.json"].raw).decode() == broken
    [finding] = [one for one in desk.findings("unreadable") if one.source_id == kept["broken.json"].pk]
    assert finding.details["line"] == 3
    assert "1 other files in the folder were not looked at" in told
    assert "proved: 8 of 8 read back" in told


def test_twice_is_once(bring, desk, tmp_path):
    plate, _row, _helpers = sources.numbered(tmp_path, "j", 5)
    bring(tmp_path)
    before = [(one.pk, one.version) for one in desk.versions(plate)], len(desk.sources())
    told = bring(tmp_path)

    assert ([(one.pk, one.version) for one in desk.versions(plate)], len(desk.sources())) == before
    assert "5 of them came with an earlier import" in told
    assert "proved: 5 of 5 read back" in told
    moved = tmp_path.rename(tmp_path.with_name("elsewhere"))
    bring(moved)
    assert ([(one.pk, one.version) for one in desk.versions(plate)], len(desk.sources())) == before


def test_a_preview_tells_the_same_and_changes_nothing(bring, desk, tmp_path):
    plate, _row, _helpers = sources.numbered(tmp_path, "k", 5)
    sources.put(tmp_path, "broken.json", "{")
    preview = bring(tmp_path, "--preview")

    assert desk.runs() == []
    assert desk.sources() == []
    assert desk.versions(plate) == []
    assert desk.findings() == []
    told = bring(tmp_path)
    assert preview.splitlines()[1:] == told.splitlines()


def test_later_files_come_on_top_and_older_ones_never_renumber(bring, desk, tmp_path):
    plate, _row, told = sources.history("l", 6)
    for number, _at, helper in told[2:4]:
        sources.put(tmp_path / "first", f"{plate}_helper_v{number}.json", helper)
    bring(tmp_path / "first")
    was = [(one.pk, one.version) for one in desk.versions(plate)]
    for number, _at, helper in told:
        sources.put(tmp_path / "second", f"{plate}_helper_v{number}.json", helper)
    bring(tmp_path / "second")

    assert [(one.pk, one.version) for one in desk.versions(plate)][:2] == was
    assert desk.helpers(plate) == [helper for number, _at, helper in told if number > 2]
    late = desk.findings("late_history")
    assert len(late) == 2
    assert {bytes(one.raw) for one in desk.sources(reason="late_history")} == {
        sources.text(helper).encode() for number, _at, helper in told if number <= 2
    }


def test_a_case_that_is_worked_on_here_is_not_renumbered(bring, desk, tmp_path, open_case):
    plate, _row, _helpers = sources.numbered(tmp_path, "m", 3)
    opened = open_case({"meta": {"plate": plate, "here": True}}, plate=plate)
    bring(tmp_path)

    [version] = desk.versions(plate)
    assert str(version.case_id) == opened["case_id"]
    assert version.is_current
    assert len(desk.findings("late_history")) == 3


def test_digits_come_back_to_the_last_one(bring, desk, tmp_path):
    figures = '"a": 1.10, "b": -0.0, "c": 1E5, "d": 0.1000000000000000055511, "e": 12345678901234567890123'
    helper = f'{{"meta": {{"plate": "7654321"}}, "valuation": {{{figures}}}}}'
    sources.put(tmp_path, "7654321_helper_v1.json", helper)
    assert "proved: 1 of 1 read back" in bring(tmp_path)

    [version] = desk.versions("7654321")
    assert '"d": 0.1000000000000000055511' in version.helper_json
    assert bytes(desk.sources()[0].raw).decode() == helper


def test_old_news_are_in_the_story_and_go_to_nobody(bring, desk, tmp_path, staff_hook):
    plate, _row, _helpers = sources.numbered(tmp_path, "n", 3)
    bring(tmp_path)

    from cases.models import Event
    from make.models import Message

    assert {one.door for one in desk.rows(Event, case_id=desk.versions(plate)[0].case_id)} == {"IMPORT"}
    assert desk.rows(Message) == []


def test_a_file_that_is_no_json_is_told_with_its_line(bring, desk, tmp_path):
    path = sources.put(tmp_path, "wrong.json", '{"meta": {\n"plate": 1,\n}}')
    told = bring(path, fails="wrong.json: line 3")

    assert "Nothing was changed" in told
    assert desk.sources() == []
    assert "there is no such file or folder" in bring(tmp_path / "nowhere", fails="nowhere")
    (tmp_path / "empty").mkdir()
    assert "no .json file in it" in bring(tmp_path / "empty", fails="empty")


def test_a_list_and_lines_of_bodies_are_as_many_documents(bring, desk, tmp_path):
    plate, _row, told = sources.history("o", 4)
    bodies = [sources.exported(helper, f"{plate}_helper_v{number}") for number, _at, helper in told]
    sources.put(tmp_path, "list.json", json.dumps(bodies[:2], ensure_ascii=False, indent=2))
    sources.put(tmp_path, "lines.jsonl", "\n".join(map(sources.text, bodies[2:])))
    bring(tmp_path)

    assert desk.helpers(plate) == [helper for _number, _at, helper in told]
    assert [(one.place, one.line) for one in desk.sources()] == [
        ("lines.jsonl:1", 1), ("lines.jsonl:2", 2), ("list.json[1]", 2), ("list.json[2]", desk.sources()[3].line)
    ]  # fmt: skip


def test_another_office_sees_nothing_of_it(bring, desk, tmp_path):
    sources.numbered(tmp_path, "p", 1)
    bring(tmp_path)
    with acting.acting(acting.STAFF, cast.URI.claims):
        assert not ImportSource.objects.exists()
        assert not ImportRun.objects.exists()
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        assert ImportSource.objects.count() == 1
    with acting.acting(acting.STAFF, cast.DANA.claims):
        assert not ImportSource.objects.exists()
