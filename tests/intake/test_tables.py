"""Tables as people's machines write them, and what is said of those that cannot be understood."""

import datetime

import pytest

from autograder.intake.dates import moment_in
from autograder.intake.exports import find_entries, list_class
from autograder.intake.tables import UnreadableTable, number_in, read_table

ROWS = [["Student", "ID", "Section"], ["Lovelace, Zoë", "11", "A, B"], ["Turing, Alan", "12", ""]]


def text_of(rows, separator):
    def cell(text):
        return f'"{text}"' if separator in text or "," in text else text

    return "".join(separator.join(map(cell, row)) + "\r\n" for row in rows)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("blank", ["", "\r\n", "\r\n;;\r\n\r\n"])
def test_a_table_says_the_same_however_it_is_written(tmp_path, separator, encoding, blank):
    path = tmp_path / "table.csv"
    blank = blank.replace(";", separator)
    text = text_of(ROWS[:2], separator) + blank + text_of(ROWS[2:], separator) + blank
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    assert [list(row) for row in (table.columns, *table.rows)] == ROWS
    assert table.separator == separator
    assert table.lines[0] == 2 and table.lines[1] == 3 + blank.count("\n")
    assert [row["ID"] for row in table.records()] == ["11", "12"]


def test_a_spreadsheets_note_on_its_separator_is_no_row(tmp_path):
    (tmp_path / "t.csv").write_text("sep=;\nStudent;ID\nAda;1\n")
    table = read_table(tmp_path / "t.csv")
    assert (table.columns, table.lines) == (("Student", "ID"), (3,))


def test_short_lines_end_early_and_long_ones_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text("submission,days_late,more\nada\n")
    assert list(read_table(tmp_path / "t.csv").records()) == [
        {"submission": "ada", "days_late": "", "more": ""}
    ]
    (tmp_path / "t.csv").write_text("submission,points\nada,2,5\n")
    with pytest.raises(UnreadableTable, match=r"t\.csv: line 2: expected 2 cells, got 3"):
        read_table(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2.5", 2.5),
        ("2,5", 2.5),
        (" 3 ", 3),
        ("1.0", 1),
        ("", None),
        ("1.234,5", None),
        ("x", None),
    ],
)
def test_numbers_have_points_or_commas(text, number):
    assert number_in(text) == number


ELEVEN = datetime.datetime(2026, 2, 18, 23, 0)


@pytest.mark.parametrize(
    "text",
    [
        "Wednesday, 18 February 2026, 11:00 PM",
        "Wednesday, February 18, 2026, 11:00 PM",
        "mercredi 18 février 2026, 23:00",
        "Mittwoch, 18. Februar 2026, 23:00",
        "miércoles, 18 de febrero de 2026, 23:00",
        "18 févr. 2026 à 23h00",
        "Feb 18, 2026 11:00 PM",
        "18.02.2026 23:00",
        "18/02/2026 23:00",
        "02/18/2026 11:00 p.m.",
        "2026-02-18 23:00:00",
        "2026-02-18T23:00",
    ],
)
def test_moments_in_the_language_of_the_site(text):
    assert moment_in(text) == ELEVEN


@pytest.mark.parametrize(
    "text",
    ["2026-02-18T22:00:00Z", "2026-02-18 23:00:00 +0100", "2026-02-18T17:00:00-05:00"],
)
def test_a_zone_that_is_stated_is_honoured(text):
    zone = datetime.timezone(datetime.timedelta(hours=1))
    assert moment_in(text) == ELEVEN.replace(tzinfo=zone)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "03/04/2026 10:00",
        "18 February 2026",
        "31 February 2026, 10:00",
        "Monday, February 16, 2026 10:10:00 PM CET",
        "2026-02-18 25:00",
    ],
)
def test_what_is_not_clear_is_no_moment(text):
    assert moment_in(text) is None


HEADS = {
    "English": "Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,"
    "Last modified (submission)",
    "German": "ID,Vollständiger Name,ID-Nummer,E-Mail-Adresse,Status,Bewertung,Bestwertung,"
    "Zuletzt geändert (Abgabe)",
    "French": "Identifiant,Nom complet,Numéro d’identification,Adresse de courriel,Statut,Note,"
    "Note maximale,Dernière modification (travail remis)",
    "Spanish": "Identificador,Nombre completo,Número de ID,Dirección de correo,Estado,"
    "Calificación,Calificación máxima,Última modificación (entrega)",
    "anonymous": "Identifier,Status,Grade,Maximum grade,Last modified (submission)",
}
LINES = {
    "English": 'Participant 21,Ada L,s1,a@x.edu,,,100.00,"Wednesday, 18 February 2026, 11:00 PM"',
    "German": 'Teilnehmer/in21,Ada L,s1,a@x.edu,,,"100,00","Mittwoch, 18. Februar 2026, 23:00"',
    "French": 'Participant21,Ada L,s1,a@x.edu,,,"100,00","mercredi 18 février 2026, 23:00"',
    "Spanish": 'Participante21,Ada L,s1,a@x.edu,,,"100,00","mié., 18 de febrero de 2026, 23:00"',
    "anonymous": 'Participant 21,,,100.00,"Wednesday, 18 February 2026, 11:00 PM"',
}


@pytest.mark.parametrize("language", HEADS)
@pytest.mark.parametrize("named", [True, False], ids=["named", "beside them"])
def test_moodles_worksheet_in_every_language(tmp_path, language, named):
    """Columns: moodle's langpacks, assign.php (recordid, maxgrade, lastmodifiedsubmission)."""
    shown = "Participant 21" if language == "anonymous" else "Ada L"
    home = tmp_path / "class" / f"{shown}_21_assignsubmission_file_"
    home.mkdir(parents=True)
    (home / "words.py").write_text("")
    table = tmp_path / ("Grades.csv" if named else "class/Grades.csv")
    table.write_text(f"{HEADS[language]}\n{LINES[language]}\n\n", encoding="utf-8")
    (entry,) = find_entries(tmp_path / "class", [table] if named else [])
    assert (entry.name, entry.student.submitted) == (shown, ELEVEN)
    if language != "anonymous":
        assert (entry.student.sid, entry.student.email) == ("s1", "a@x.edu")


def test_a_time_that_cannot_be_understood_stops_with_its_place(tmp_path):
    home = tmp_path / "class" / "Ada L_21_assignsubmission_file_"
    home.mkdir(parents=True)
    (home / "words.py").write_text("")
    table = tmp_path / "class" / "Grades.csv"
    table.write_text(f"{HEADS['English']}\n\nParticipant 21,Ada L,,,,,,tomorrow\n")
    told = r"Grades\.csv: line 3, column 'Last modified \(submission\)': expected a date and a time"
    with pytest.raises(UnreadableTable, match=told):
        find_entries(tmp_path / "class")


@pytest.mark.parametrize(("days", "taken"), [("1.0", 1), ("2", 2), ("0,0", 0), ("?", None)])
def test_days_late_are_whole_however_a_spreadsheet_writes_them(tmp_path, days, taken):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.py").write_text("")
    table = tmp_path / "days.csv"
    table.write_text(f"submission;days_late\nada;{days}\n")
    (entry,) = find_entries(tmp_path / "class", [table])
    assert (entry.student.days_late if entry.student else None) == taken
    table.write_text("submission;days_late\n\nada;1,5\n")
    told = r"days\.csv: line 3, column 'days_late': expected a whole number of days, got '1,5'"
    with pytest.raises(UnreadableTable, match=told):
        find_entries(tmp_path / "class", [table])


def test_a_table_that_lies_there_and_cannot_be_read_is_named(tmp_path):
    (tmp_path / "ada.py").write_text("")
    (tmp_path / "roster.csv").write_bytes(b"name\n\x81\n")
    assert "roster.csv (a table that cannot be read: line 2" in list_class(tmp_path).questionable
