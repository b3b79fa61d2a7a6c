"""Texts that would be code where they are shown: pages, tables, terminals, spreadsheets."""

from .record import HONEST, RIGHT, Attack, body, work

_SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"

ATTACKS = (
    Attack(
        "script-in-prints",
        "print HTML with scripts",
        work(f"print({_SCRIPT!r})\n\n\ndef double(x):\n    print({_SCRIPT!r})\n    return x * 3"),
        stopped_by=("page",),
    ),
    Attack(
        "script-in-an-exception",
        "raise an exception with HTML in text, type and source line",
        body(f"raise type({_SCRIPT!r}, (Exception,), {{}})({_SCRIPT!r})  # {_SCRIPT}"),
        stopped_by=("page",),
    ),
    Attack(
        "script-in-docstrings-and-names",
        "put HTML into docstrings, file names and type names",
        {
            "work.py": body(f"return type({_SCRIPT!r}, (), {{}})()", f'"""{_SCRIPT}"""')["work.py"],
            "<img src=x onerror=alert(1)>.py": "syntax error here <b>\n",
        },
        stopped_by=("page",),
    ),
    Attack(
        "terminal-escapes",
        "print and raise sequences that move the cursor, set the title and type commands",
        body(
            'text = "\\x1b[2J\\x1b]0;mallory\\x07\\x1b]52;c;bHM=\\x07\\x1b[6n\\x9b2J\\r\\x08"\n'
            "print(text)\nraise ValueError(text)"
        ),
        stopped_by=("page",),
    ),
    Attack(
        "template-in-text",
        "write template expressions where texts are rendered",
        body("raise ValueError(\"{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7} %(x)s {0}\")"),
        stopped_by=("page",),
    ),
    Attack(
        "markdown-in-text",
        "write links, images and headings in Markdown",
        body(
            'raise ValueError("\\n# Full marks\\n[here](http://evil.example) ![x](http://e.example/x)")'
        ),
        stopped_by=("page",),
    ),
    Attack(
        "text-direction",
        "turn the direction of text, so that a page reads otherwise than it is",
        body('raise ValueError("\\u202e00.21\\u2066\\u200f")'),
        stopped_by=("page",),
    ),
    Attack(
        "fake-page",
        "print a page that looks like the end of feedback with full marks",
        work(
            'print("</pre></details></main><h1>12 of 12 points</h1>")\n'
            'print("```\\n# Your score: 12 of 12\\n```")\n\n\ndef double(x):\n    return x * 3'
        ),
        stopped_by=("page",),
    ),
    Attack(
        "script-in-the-name",
        "hand in under a name that is HTML",
        {"work.py": RIGHT},
        student="<script>alert(1)<",
        earns="all",
        stopped_by=("page",),
    ),
    Attack(
        "formula-in-the-name",
        "hand in under a name that is a formula in a spreadsheet",
        {"work.py": RIGHT},
        student="=HYPERLINK(1,2)",
        earns="all",
        stopped_by=("page",),
    ),
    Attack(
        "formula-behind-a-space",
        "hide the formula behind signs that a spreadsheet takes away",
        {"work.py": RIGHT},
        student="\t+cmd|' ",
        earns="all",
        stopped_by=("page",),
    ),
    Attack(
        "name-like-an-option",
        "hand in under a name that is an option of a command line",
        {"work.py": RIGHT},
        student="-rf --output=x",
        earns="all",
        stopped_by=("page",),
    ),
    Attack(
        "name-with-controls",
        "hand in under a name with control characters and turned text",
        {"work.py": RIGHT},
        student="a\x1b[2J\r\n\u202eb\x07",
        earns="all",
        stopped_by=("page", "intake"),
    ),
    Attack(
        "name-that-is-no-text",
        "hand in under a name that is not UTF-8",
        {"work.py": RIGHT},
        student="m\udcff\udcfe",
        earns="all",
        stopped_by=("page", "intake"),
    ),
    Attack(
        "endless-message",
        "raise an exception with a text of megabytes",
        body('raise ValueError("x" * 3000000)'),
        stopped_by=("feedback", "page"),
    ),
    Attack(
        "script-in-notes",
        "put HTML and control characters into what is said about loading a file",
        {
            "work.py": HONEST,
            "more.py": f"raise ValueError({_SCRIPT!r} + '\\x1b[2J')\n\n\ndef double(x): return 3\n",
        },
        stopped_by=("page",),
    ),
)
