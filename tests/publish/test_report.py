"""The class report: numbers that agree with a plain calculation, and nothing that runs."""

from __future__ import annotations

import datetime
import html
import re
import statistics
import subprocess
from pathlib import Path
from urllib.parse import unquote

import msgspec
import numpy as np
import pytest

from autograder.assignment.manifest import Manifest
from autograder.grading.marks import Mark
from autograder.grading.result_records import CheckResult, Diagnosis, ExerciseResult, Late, Student
from autograder.publish.analysis import Analysis, Correlation
from autograder.publish.class_report import FILE, ReportOutlet, _late, render
from autograder.publish.results import write_results
from autograder.publish.similarity import Hashes

from .classes import class_of
from .test_look import QUIET

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202eevil'


def analysed(results) -> Analysis:
    analysis = Analysis()
    for result in results:
        analysis.add(result)
    return analysis


def test_items_agree_with_a_calculation_over_all_students(manifest: Manifest) -> None:
    results = list(class_of(150, manifest))
    analysis = analysed(results)
    for name in ("Adam_2", "SGD_3"):
        exercise = name.split("_")[0]
        taken, rest = [], []
        for result in results:
            total = sum(made.score for made in result.exercises)
            for made in result.exercises:
                for check in made.checks:
                    if check.name == name:
                        taken.append(check.score / check.points)
                        rest.append(total - check.score)
        item = analysis.checks[name]
        assert item.exercise == exercise
        assert (item.asked, item.full) == (len(taken), int(sum(taken)))
        assert item.mean == pytest.approx(statistics.fmean(taken))
        assert item.separates.value == pytest.approx(np.corrcoef(taken, rest)[0, 1])
        assert sum(item.outcomes.values()) == len(taken)


def test_a_correlation_is_none_where_nothing_varies() -> None:
    flat = Correlation()
    for number in range(5):
        flat.add(1.0, float(number))
    assert flat.value is None


def test_the_page_says_what_the_class_is_like(manifest: Manifest) -> None:
    results = list(class_of(200, manifest))
    text = render(analysed(results), manifest, dropped=[("adam_x", "asks for float32")])
    scores = [made.final_score for made in results if made.final_score is not None]
    assert f"<dd>{round(statistics.fmean(scores), 2):g}</dd>" in text
    assert f"<dd>{round(statistics.median(scores), 2):g}</dd>" in text
    assert "200 submissions: 195 graded, 2 need a person, 3 unreadable." in text
    assert sum(map(int, re.findall(r'points: (\d+) students"', text))) == len(scores)
    exercises = manifest.enabled_exercises
    assert f"{len(exercises)} of {4 * len(exercises)} checks nobody fails" in text
    assert "no bias correction" in text
    assert "asks for float32" in text
    assert text.count("<td>unreadable: the zip is damaged</td>") == 3


def test_few_students_say_nothing_about_what_sets_apart(manifest: Manifest) -> None:
    for count, said in ((12, False), (60, True)):
        results = [
            msgspec.structs.replace(made, exercises=made.exercises[:2])
            for made in class_of(count, manifest)
        ]
        turned = []
        for number, made in enumerate(results):  # whoever has the second lacks the first
            score = float(number % 2)
            first, second = made.exercises or results[0].exercises
            first = msgspec.structs.replace(first, score=score * first.max_score)
            second = msgspec.structs.replace(second, score=(1 - score) * second.max_score)
            turned.append(msgspec.structs.replace(made, exercises=(first, second)))
        text = render(analysed(turned), manifest)
        assert ("do worse elsewhere" in text) is said


def test_the_same_class_gives_the_same_page(manifest: Manifest) -> None:
    once, again = (render(analysed(class_of(60, manifest)), manifest) for _ in range(2))
    assert once == again


def shares(manifest: Manifest, names, staff="it came back as 17", **more):
    """Students with one wrong answer in common among many who are right."""
    check = CheckResult(
        name="c", title="c", public=False, points=1, score=0, outcome="failed", staff=staff
    )
    wrong = ExerciseResult(name="SGD", tier="core", score=0, max_score=1, checks=(check,))
    for result in class_of(100, manifest):
        yield msgspec.structs.replace(result, exercises=())
    for name, group in names:
        student = Student(name=name, group=group)
        base = next(class_of(1, manifest))
        yield msgspec.structs.replace(
            base, submission=name, exercises=(wrong,), student=student, **more
        )


def test_answers_that_few_share_are_told_and_groups_are_not(manifest: Manifest) -> None:
    found = analysed(shares(manifest, [("Bo", ""), ("Cy", "")])).shared()
    assert [(one.exercise, one.checks, len(one.students)) for one in found] == [("SGD", ("c",), 2)]
    assert analysed(shares(manifest, [("Bo", "g"), ("Cy", "g")])).shared() == []
    many = [(f"s{n}", "") for n in range(20)]
    assert analysed(shares(manifest, many)).shared() == []


def test_a_class_that_works_alone_is_no_group(manifest: Manifest) -> None:
    *others, bo, cy = shares(manifest, [("Bo", "Tutorial 3"), ("Cy", "Tutorial 3")])
    own = CheckResult(name="d", title="d", public=False, points=1, score=0, outcome="raised")
    more = ExerciseResult(name="Adam", tier="core", score=0, max_score=1, checks=(own,))
    cy = msgspec.structs.replace(cy, exercises=(*cy.exercises, more))
    assert len(analysed([*others, bo, cy]).shared()) == 1


def test_without_names_there_are_none(manifest: Manifest) -> None:
    results = list(class_of(120, manifest))
    analysis = analysed(results)
    text = render(
        analysis, manifest, [(results[0].submission, results[1].submission)], anonymous=True
    )
    for result in results:
        assert result.submission not in html.unescape(text)
    assert analysis.lines[0].grading_id in text


def test_code_alike_is_named_for_staff_and_without_names_on_request(manifest: Manifest) -> None:
    results = list(class_of(40, manifest))
    names = [made.submission for made in results]
    draw = np.random.default_rng(1)
    works = {name: {"optimizers.py": _passages(draw)} for name in names}
    works[names[5]] = {f"{names[5]}/optimizers.py": works[names[3]]["optimizers.py"]}
    works[names[6]] = works[names[7]]  # the same files, which is said elsewhere
    same = [(names[6], names[7])]
    text = html.unescape(render(analysed(results), manifest, same, works=works))
    section = text.partition('id="alike"')[2].partition("</section>")[0]
    assert "1 pair among 40 submissions" in section
    assert names[3] in section and f"{names[5]}/optimizers.py" in section
    assert names[6] not in section
    text = html.unescape(render(analysed(results), manifest, same, works=works, anonymous=True))
    section = text.partition('id="alike"')[2].partition("</section>")[0]
    assert "1 pair among 40 submissions" in section and "optimizers.py" in section
    assert not [name for name in names if name in text]


def _passages(draw: np.random.Generator) -> Hashes:
    return np.unique(draw.integers(0, 1 << 60, 120).astype(np.uint64))


def test_who_took_far_more_time_or_memory_is_named(manifest: Manifest) -> None:
    text = render(analysed(class_of(130, manifest)), manifest)
    section = text.partition('id="time"')[2].partition("</section>")[0]
    heavy = [made.submission for made in class_of(130, manifest) if made.memory_mib > 100]
    slow = [made.submission for made in class_of(130, manifest) if made.seconds > 40]
    told = re.findall(r"<bdi>([^<]+)</bdi>", html.unescape(section))
    assert set(told) == {*heavy, *slow} and heavy and slow
    same = [
        msgspec.structs.replace(made, seconds=3.0, memory_mib=27.0)
        for made in class_of(60, manifest)
    ]
    same[7] = msgspec.structs.replace(same[7], seconds=3.2, memory_mib=27.3)
    text = render(analysed(same), manifest)
    assert "took unusually long" in text and "unusually much memory" in text


def test_what_students_wrote_stays_text(manifest: Manifest) -> None:
    results = [
        msgspec.structs.replace(made, submission=f"{HOSTILE} {number}", reason=HOSTILE)
        for number, made in enumerate(class_of(100, manifest))
    ]
    text = render(analysed(results), manifest, [(results[0].submission, results[1].submission)])
    assert "<script>alert" not in text and "<img" not in text
    assert text.count("<script>") == 1
    assert "\u202e" not in re.sub(r"(?s)<td>.*?</td>", "", text)


def test_it_needs_nothing_from_elsewhere(manifest: Manifest) -> None:
    text = render(analysed(class_of(20, manifest)), manifest)
    assert not re.search(r"(?:src|href)=\"(?!#)", text)
    assert "default-src 'none'" in text


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_small_classes_have_a_page_too(count: int, manifest: Manifest, tmp_path: Path) -> None:
    outlet = ReportOutlet(manifest)
    for result in class_of(count, manifest):
        outlet.add(result)
    outlet.finish(tmp_path)
    text = (tmp_path / FILE).read_text()
    assert f"{count} submission{'' if count == 1 else 's'}: " in text
    assert ("Nobody has a score yet" in text) == (count == 0)


FRAME = """<!DOCTYPE html><iframe id="page" style="border:0;width:{width}px;height:800px"
srcdoc="{source}"></iframe><script>
onload = () => {{
  const page = document.getElementById("page").contentDocument;
  const table = page.querySelector("#checks").parentElement.querySelector("table");
  const heads = [...table.querySelectorAll("thead th")];
  const first = () => table.tBodies[0].rows[0].cells[2].dataset.value;
  heads[2].querySelector("button").click();
  const low = first();
  heads[2].querySelector("button").click();
  document.title = [low, first(), heads[2].getAttribute("aria-sort"),
    page.documentElement.scrollWidth].join(" ");
}};
</script>"""


@pytest.mark.parametrize("width", [390, 1200])
def test_a_click_sorts_a_table_and_nothing_scrolls_sideways(
    width: int, manifest: Manifest, tmp_path: Path, chromium: str
) -> None:
    analysis = analysed(class_of(80, manifest))
    source = html.escape(render(analysis, manifest))
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width, source=source), encoding="utf-8")
    command = [chromium, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    seen = subprocess.run(
        [*command, frame.as_uri()], capture_output=True, text=True, timeout=120, check=True
    ).stdout
    title = re.search(r"<title>(\S+) (\S+) (\S+) (\d+)</title>", seen)
    assert title, seen[:300]
    means = [item.mean for item in analysis.checks.values()]
    assert float(title[1]) == pytest.approx(min(means))
    assert float(title[2]) == pytest.approx(max(means))
    assert title[3] == "descending"
    assert int(title[4]) == width


def test_every_column_sorts_and_the_page_prints(
    manifest: Manifest, tmp_path: Path, chromium: str
) -> None:
    from playwright import sync_api as api

    place = tmp_path / FILE
    place.write_text(render(analysed(class_of(40, manifest)), manifest), encoding="utf-8")
    with api.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(90_000)
        wrong: list[str] = []
        page.on("console", lambda told: wrong.append(told.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(place.as_uri())
        for link in page.get_by_role("navigation").get_by_role("link").all():
            link.click()
            assert page.locator(f"h2{link.get_attribute('href')}").is_visible()
        for table in page.locator("table.sortable").all():
            rows = table.locator("tbody tr")
            before = sorted(rows.all_inner_texts())
            for head in table.locator("thead th").all():
                head.get_by_role("button").press("Enter")
                assert head.get_attribute("aria-sort") == "ascending"
                head.get_by_role("button").click()
                assert head.get_attribute("aria-sort") == "descending"
            assert sorted(rows.all_inner_texts()) == before
        people = page.locator("#people tbody tr:visible")
        everybody = people.count()
        page.get_by_label("Show").select_option("unreadable")
        assert 0 < people.count() < everybody
        assert page.get_by_role("status").inner_text() == f"{people.count()} of {everybody}"
        page.get_by_label("Find").fill("nobody of this name")
        assert people.count() == 0
        page.get_by_label("Find").fill("")
        page.get_by_label("Show").select_option("")
        assert people.count() == everybody
        page.emulate_media(media="print")
        assert not page.get_by_role("navigation").is_visible()
        assert len(page.pdf(format="A4")) > 20_000
        browser.close()
    assert wrong == []


def test_one_open_point_is_said_as_one(manifest: Manifest) -> None:
    (result,) = class_of(1, manifest)
    opened = msgspec.structs.replace(result, status="graded", score=9.0, open_points=1.0)
    assert "<td>1 point open</td>" in render(analysed([opened]), manifest)


def test_the_roster_comes_first_with_everybody_and_a_link_to_each_page(
    manifest: Manifest, tmp_path: Path
) -> None:
    results = list(class_of(12, manifest))
    gone = msgspec.structs.replace(
        results[0], submission="Zoe <b>", status="missing", score=None, final_score=None
    )
    write_results([*results, gone], manifest, tmp_path, [ReportOutlet(manifest)])
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    roster = text[text.index('id="people"') : text.index("</table>")]
    assert text.index('id="people"') < text.index('id="distribution"')
    links = [unquote(link) for link in re.findall(r'<a href="([^"]+)"', roster)]
    assert len(links) == 13 and all((tmp_path / link).is_file() for link in links)
    assert "Zoe &lt;b&gt;" in roster and 'data-tags="missing' in roster
    assert '<option value="missing">missing (1)</option>' in text
    again = ReportOutlet(manifest)
    for result in sorted([*results, gone], key=lambda made: made.submission):
        again.add(result)
    (tmp_path / "again").mkdir()
    again.finish(tmp_path / "again")
    assert (tmp_path / "again" / FILE).read_text(encoding="utf-8") == text


def test_a_report_without_names_has_no_roster(manifest: Manifest) -> None:
    text = render(analysed(class_of(12, manifest)), manifest, anonymous=True)
    assert 'id="people"' not in text


def test_what_waits_is_told_with_its_reason_and_without_names_without_reasons(
    manifest: Manifest,
) -> None:
    one, two, three, four = class_of(4, manifest)
    results = [
        msgspec.structs.replace(one, open_points=2.5, marks=(MARK,)),
        msgspec.structs.replace(two, status="unreadable", reason="a b.zip is damaged"),
        msgspec.structs.replace(
            three,
            status="needs_person",
            reason="no sandbox",
            exercises=(msgspec.structs.replace(three.exercises[0], score=None),),
        ),
        msgspec.structs.replace(four, marks=(MARK, MARK)),
    ]
    text = html.unescape(render(analysed(results), manifest))
    name = results[2].exercises[0].name
    for told in (
        "<td>2.5 points open</td>",
        "<td>unreadable: a b.zip is damaged</td>",
        f"<td>the grader failed ({name}): no sandbox</td>",
        "2.5 points in all are still open.",
    ):
        assert told in text
    text = html.unescape(render(analysed(results), manifest, anonymous=True))
    for told in ("<td>unreadable</td>", f"<td>the grader failed ({name})</td>"):
        assert told in text
    assert "damaged" not in text and "sandbox</td>" not in text


MARK = Mark(
    submission="a",
    exercise="SGD",
    counts_as="added",
    points=1.0,
    author="T",
    reason="",
    date=datetime.date(2026, 3, 1),
)


def test_mistakes_are_told_the_most_frequent_first(manifest: Manifest) -> None:
    def result(number: int, *names: str):
        checks = tuple(
            CheckResult(
                name=f"c{place}", title="c", public=False, points=1.0, score=0.0, outcome="failed",
                diagnosis=Diagnosis(kind="mistake", name=name, explanation="It is."),
            )
            for place, name in enumerate(names)
        )  # fmt: skip
        made = ExerciseResult(name="SGD", tier="core", score=0, max_score=4, checks=checks)
        (base,) = class_of(1, manifest)
        return msgspec.structs.replace(base, submission=f"s{number}", exercises=(made,))

    results = [result(1, "rare", "common", "common"), result(2, "common"), result(3, "common")]
    text = render(analysed(results), manifest, anonymous=True)
    assert text.index("common") < text.index("rare")
    analysis = analysed(results)
    assert analysis.mistakes == {("SGD", "common"): 3, ("SGD", "rare"): 1}


def test_points_that_errors_of_siblings_did_not_cost_are_counted(manifest: Manifest) -> None:
    def result(number: int, *carried: tuple[str, ...]):
        checks = tuple(
            CheckResult(
                name=f"c{place}", title="c", public=False, points=1.5, score=1.5, outcome="passed",
                carried=helpers,
            )
            for place, helpers in enumerate(carried)
        )  # fmt: skip
        made = ExerciseResult(name="SGD", tier="core", score=3, max_score=4, checks=checks)
        (base,) = class_of(1, manifest)
        return msgspec.structs.replace(base, submission=f"s{number}", exercises=(made,))

    results = [result(1, ("norm",), ("norm", "clip"), ()), result(2, ("norm",)), result(3, ())]
    kept = analysed(results).carried
    assert {key: (one.students, one.points) for key, one in kept.items()} == {
        ("SGD", "norm"): (2, 4.5),
        ("SGD", "clip"): (1, 0.0),
    }
    text = render(analysed(results), manifest)
    assert "Errors carried forward" in text and '<td class="number">4.5</td>' in text
    assert "Errors carried forward" not in render(analysed([result(1, ())]), manifest)


def test_files_that_were_not_compared_are_named_and_why_for_staff(manifest: Manifest) -> None:
    results = list(class_of(3, manifest))
    name = results[1].submission
    left = {name: ["a.py: too large", "b.py: no Python"], "Somebody Else": ["c.py: gone"]}
    text = html.unescape(render(analysed(results), manifest, not_compared=left))
    assert "a.py: too large; b.py: no Python" in text and "c.py" not in text
    text = html.unescape(render(analysed(results), manifest, not_compared=left, anonymous=True))
    assert "too large" not in text and name not in text


def test_who_is_late_is_counted_by_days_and_the_unknown_are_told(manifest: Manifest) -> None:
    late = [
        None,
        Late(days=2, percent=20.0),
        Late(days=1, percent=10.0),
        Late(days=2, percent=20.0),
    ]
    late += [Late(days=None, percent=0.0)]
    results = [
        msgspec.structs.replace(made, late=one)
        for made, one in zip(class_of(5, manifest), late, strict=True)
    ]
    assert _late(analysed(results).lines) == [("unknown", 1), ("1", 1), ("2", 2)]
