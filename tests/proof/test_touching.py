"""Which exercises a change of a module can cost."""

from autograder.proof.affected_answers import touched

MODULE = """
LIMIT = 3

def shared(x):
    return x + 1

def one(x):
    return shared(x)

def two(x):
    return x

class Three:
    def step(self, x):
        return one(x)
"""
NAMES = ("one", "two", "Three")


def test_a_change_touches_what_holds_it_and_what_calls_that():
    assert touched(MODULE, MODULE.replace("return x\n", "return -x\n"), NAMES) == {"two"}
    assert touched(MODULE, MODULE.replace("shared(x)\n", "x\n"), NAMES) == {"one", "Three"}
    assert touched(MODULE, MODULE.replace("x + 1", "x + 2"), NAMES) == {"one", "Three"}


def test_a_change_outside_functions_touches_everything():
    assert touched(MODULE, MODULE.replace("LIMIT = 3", "LIMIT = 4"), NAMES) == set(NAMES)


def test_comments_and_lines_touch_nothing():
    assert touched(MODULE, MODULE.replace("LIMIT = 3", "\n\nLIMIT = 3  # at most"), NAMES) == set()


def test_a_call_that_is_new_leads_on():
    changed = MODULE.replace("return x\n", "return one(x)\n").replace("x + 1", "x + 2")
    assert touched(MODULE, changed, NAMES) == {"one", "two", "Three"}
