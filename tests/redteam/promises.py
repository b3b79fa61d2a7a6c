"""What SECURITY.md promises, each sentence with the tests that would fail if it were not true."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .ground import ROOT

THREATS = """## Who, and what they can do

- **A student** hands in bytes of their choice: modules, notebooks, archives, names, and code that
  does whatever a program can. They know this project, its source included, and can try as often as
  the platform lets them.
- **Somebody who can leave files where a grader works**: in a class's folder, in results that are
  passed on, in a folder that a command is started in.
- **Somebody in the network** of a cluster, and one of its machines that has been taken over.
- **A website** that is open in the browser of whoever marks.

What is protected: the grades (a point that is not earned, and one that is taken from somebody),
expected values, hidden inputs and the seed, the reference, other people's work, the grader's
machine with its files and secrets, and that the run ends with a row for everybody.

Trusted are the machine's own user and environment (its variables, its installation), the
assignment's author, and whoever types the commands.
"""


@dataclass(frozen=True)
class Promise:
    """One promise.

    Attributes:
        told: what, in bold, and how it is kept.
        tests: ``file::function`` below ``tests/``, each of which fails where it is broken.
    """

    told: str
    tests: tuple[str, ...]


OF_STUDENTS = (
    Promise(
        "**Student code gains no point it has not earned.** Expected values, checks and scores are "
        "never in its process. It can claim what it likes; a claim is a plain value, and is "
        "compared with the right one.",
        (
            "redteam/test_attacks.py::test_an_attack_gains_nothing_and_harms_nobody",
            "redteam/test_attacks.py::test_nor_does_one_through_tensorflow",
            "redteam/test_fuzz.py::test_whatever_a_worker_replies_is_an_answer_or_a_problem",
        ),
    ),
    Promise(
        "**It learns nothing** of expected values, of other checks' inputs, of checks' source, the "
        "seed, the reference, other submissions, or of secrets in the grader's environment, files "
        "or memory, beyond the budget below.",
        (
            "redteam/test_attacks.py::test_an_attack_gains_nothing_and_harms_nobody",
            "redteam/test_attacks.py::test_nobody_can_try_out_all_seeds_with_what_a_worker_is_told",
            "redteam/test_budget.py::test_the_page_states_the_budget_as_it_is_counted",
            "redteam/test_attacks.py::"
            "test_how_long_an_answer_took_is_told_to_nobody_who_handed_it_in",
            "grading/test_outcomes.py::test_hidden_checks_show_no_value_and_no_text_of_an_exception",
            "grading/test_outcomes.py::test_a_hidden_input_cannot_be_kept_for_something_that_is_shown",
            "grading/test_counterexamples.py::test_nothing_shown_depends_on_the_hidden_seed",
            "grading/test_counterexamples.py::test_what_keeps_hidden_inputs_has_none_to_show",
        ),
    ),
    Promise(
        "**It reaches nothing**: no file outside its scratch folder, no network, no other process; "
        "nothing of it is left when it is over.",
        (
            "redteam/test_layers.py::test_with_all_layers_nothing_gets_through_and_one_missing_is_noticed",
            "sandbox/test_confinement.py::test_what_is_refused",
            "sandbox/test_confinement.py::test_whatever_was_left_is_removed",
        ),
    ),
    Promise(
        "**It changes nobody else's grade**, time or feedback. After every attack below an honest "
        "submission is graded by the same zygote, and its result is the same to the byte.",
        (
            "redteam/test_attacks.py::test_an_attack_gains_nothing_and_harms_nobody",
            "redteam/test_attacks.py::"
            "test_who_is_graded_at_the_same_time_as_the_greedy_gets_the_grade_of_being_alone",
        ),
    ),
    Promise(
        "**It runs no code in the grader**, which never unpickles, imports or evaluates what came "
        "back.",
        (
            "sandbox/test_wire.py::test_random_bytes_never_do_more_than_raise",
            "sandbox/test_wire.py::test_changed_frames_never_do_more_than_raise",
            "platforms/test_otter_run.py::test_nothing_of_a_submission_runs_where_otter_runs",
            "platforms/test_plain.py::test_a_pickled_log_is_never_read",
            "platforms/test_otter_run.py::test_where_otter_runs_neither_checks_nor_seed_are_found",
        ),
    ),
    Promise(
        "**It costs only itself**: an exercise that hangs or crashes loses its own points, those "
        "beside it keep theirs; a file that cannot be read is that submission's row, and the run "
        "goes on.",
        (
            "grading/test_outcomes.py::test_an_ending_costs_only_its_own_exercise",
            "redteam/test_hand_ins.py::test_each_of_a_class_of_damaged_files_has_its_row",
            "redteam/test_class_exports.py::test_bombs_of_one_student_take_no_room_from_the_class",
            "intake/test_odd_files.py::test_it_costs_a_sentence_and_nobody_else_anything",
            "intake/test_odd_files.py::test_an_empty_folder_holds_nobody_elses_files",
            "batch/test_filled_results.py::"
            "test_a_student_may_be_called_whatever_the_run_uses_for_itself",
        ),
    ),
    Promise(
        "**What it wrote is shown as text**, on pages, in terminals and in spreadsheets.",
        (
            "redteam/test_attacks.py::test_an_attack_gains_nothing_and_harms_nobody",
            "publish/test_pages_in_browser.py::test_feedback_and_report_show_hostile_texts_as_text",
            "marking/test_server.py::test_nothing_that_was_handed_in_runs_on_the_page",
        ),
    ),
)
OF_FOLDERS = (
    Promise(
        "**No configuration, plugin or module that lies in a hand-in, or in the folder that a "
        "command is started in, is loaded** by a process that grades: pytest is started anew with "
        "everything pinned before it looks for any, whatever the order of its arguments, and "
        "answers without a sandbox are switched on by the command line alone.",
        (
            "redteam/test_surroundings.py::test_pytest_is_set_up_by_its_command_line_alone",
            "redteam/test_surroundings.py::test_nor_by_the_hand_in_that_it_is_started_in",
            "redteam/test_surroundings.py::"
            "test_answers_without_a_sandbox_are_asked_for_on_the_command_line_alone",
            "redteam/test_surroundings.py::test_nor_is_a_command_that_is_started_in_a_hand_in",
            "platforms/test_plain.py::test_nothing_that_tools_look_for_is_taken_from_a_submission",
            "platforms/test_otter_run.py::test_nothing_that_tools_look_for_is_taken_from_a_submission",
        ),
    ),
    Promise(
        "**Results do not decide which code is loaded**: the assignment that they name counts only "
        "if this user has used it before, or names it.",
        ("redteam/test_surroundings.py::test_results_do_not_decide_which_assignment_is_loaded",),
    ),
    Promise(
        "**A folder of results leads nothing elsewhere**: what lies under a name of ours is taken "
        "the place of, or refused in a sentence before anything is graded, and never written "
        "through; so is a database that is not ours.",
        (
            "batch/test_filled_results.py::test_what_is_written_takes_the_place_of_what_lies_there",
            "batch/test_filled_results.py::"
            "test_what_would_be_read_or_entered_is_refused_before_anything_is_graded",
            "batch/test_filled_results.py::"
            "test_a_database_that_is_not_ours_is_refused_and_stays_as_it_is",
            "batch/test_filled_results_opened.py::"
            "test_what_leads_elsewhere_is_refused_by_each_command",
            "batch/test_filled_results_opened.py::"
            "test_a_foreign_database_is_refused_by_each_command",
            "batch/test_filled_results_opened.py::"
            "test_hostile_content_ends_no_command_in_a_traceback",
            "redteam/test_class_exports.py::test_an_export_is_not_unpacked_through_a_link",
        ),
    ),
)
OF_NETWORKS = (
    Promise(
        "**A cluster lets nobody in without a certificate**: an address without TLS is refused "
        "unless it is of this machine alone, or `--insecure-cluster` is typed.",
        (
            "batch/test_cluster_security.py::"
            "test_another_machine_without_tls_is_refused_unless_told_so",
            "batch/test_cluster_security.py::"
            "test_a_cluster_with_certificates_grades_and_lets_nobody_else_in",
        ),
    ),
    Promise(
        "**No machine of it is believed**: what it sends is never unpickled here, a result has to "
        "be what its outcomes come to for this submission, assignment and seed, and of one in "
        "twenty a second machine is asked. A machine that makes outcomes up is met by that, not "
        "at once; the hidden checks and the submissions of a run are in its reach.",
        (
            "batch/test_cluster_security.py::"
            "test_what_a_rogue_machine_sends_runs_nothing_here_and_gives_nobody_points",
            "batch/test_cluster_security.py::test_a_result_that_says_what_it_cannot_know_is_none",
            "batch/test_cluster_security.py::"
            "test_a_machine_that_makes_outcomes_up_is_met_by_asking_another",
        ),
    ),
    Promise(
        "**The marking page answers its own user alone**: it listens on this machine, every "
        "address holds a secret, another host name and another page's form are refused, and "
        "nothing but its own script may run.",
        (
            "marking/test_server.py::test_it_listens_on_this_machine_alone",
            "marking/test_server.py::test_only_who_knows_the_address_gets_an_answer",
            "marking/test_server.py::test_another_host_name_is_refused",
            "marking/test_server.py::test_a_form_of_another_page_is_refused",
            "marking/test_server.py::test_a_page_may_run_nothing_but_its_own_script",
        ),
    ),
)
SECTIONS = {
    "What students hand in": OF_STUDENTS,
    "What lies in folders": OF_FOLDERS,
    "What comes over a network": OF_NETWORKS,
}


def section() -> str:
    """Threats and promises, as they stand in SECURITY.md."""
    lines = [THREATS, "## What is promised", ""]
    lines += ["On a machine with the required layers; below each, the tests that hold it.", ""]
    for title, promises in SECTIONS.items():
        lines += [f"### {title}", ""]
        for promise in promises:
            lines.append(f"- {promise.told}")
            lines += [f"  - `tests/{name}`" for name in promise.tests]
        lines.append("")
    return "\n".join(lines)


def missing() -> list[str]:
    """Tests that a promise names and that are not there."""
    named = {test for made in SECTIONS.values() for promise in made for test in promise.tests}
    return sorted(test for test in named if not _is_there(*test.split("::")))


def _is_there(file: str, function: str) -> bool:
    path = ROOT / "tests" / file
    if not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
