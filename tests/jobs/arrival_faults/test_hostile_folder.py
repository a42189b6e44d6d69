"""A folder of hostile and odd files, each with the outcome that the fault table gives it."""

SECONDS = 60.0
MEGABYTES = 600.0


def test_every_hostile_or_odd_file_has_the_outcome_of_the_fault_table(hostile):
    folder, (report, seconds, megabytes, _) = hostile
    found = {file["path"]: (file["outcome"], file["reason"]) for file in report["files"]}
    wrong = {
        path: (found.get(path), expected)
        for path, expected in folder.expected.items()
        if found.get(path) not in expected
    }
    unasked = found.keys() - folder.expected.keys()
    without = [
        file["path"]
        for file in report["files"]
        if file["outcome"] != "measured" and not file["reason"]
    ]
    print(
        f"hostile files: {len(folder.expected)}, wrong {len(wrong)}, without a reason"
        f" {len(without)}; {seconds:.1f} s, parent at most {megabytes:.0f} MB"
    )
    assert len(folder.expected) >= 150
    assert (wrong, unasked, without) == ({}, set(), [])
    assert megabytes <= MEGABYTES


def test_the_ledger_identity_holds_over_the_hostile_folder(hostile):
    folder, (report, _, _, _) = hostile
    parts = ("measured", "quarantined", "ignored", "deferred", "known")
    assert report["seen"] == len(folder.expected) == sum(report[part] for part in parts)


def test_what_is_not_measured_says_why_in_a_sentence(hostile):
    _, (report, _, _, _) = hostile
    quarantined = [file for file in report["files"] if file["outcome"] == "quarantined"]
    assert all(len(file["detail"]) > 10 for file in quarantined)
    dead = [file["detail"] for file in quarantined if file["reason"] == "IMPLAUSIBLE"]
    assert all("[plausibility]" in detail for detail in dead)


def test_no_byte_of_a_name_reaches_the_terminal_as_a_command(hostile):
    _, (_, _, _, said) = hostile
    assert b"\x1b[31m" not in said


def test_the_whole_hostile_folder_is_done_in_a_minute(hostile):
    _, (_, seconds, _, _) = hostile
    assert seconds <= SECONDS
