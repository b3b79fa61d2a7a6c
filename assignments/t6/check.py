"""Check your work on T6: Gradient Descent Optimization, version 1.0.0.

    python check.py                           every exercise
    python check.py numerical_gradient SGD    some exercises
    python check.py --numpy                   what needs no TensorFlow, in about two seconds
    python check.py --doctor                  is this machine ready?
    python check.py --pack                    make the one zip to hand in
"""

import os
import sys

if sys.version_info < (3, 8):
    sys.exit("Python 3.8 or newer is needed; this is Python %d.%d." % sys.version_info[:2])

# Some courses' machines keep a script's own folder out of where modules are looked for.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

try:
    from checkkit.console import main
except ImportError as error:
    sys.exit(
        "%s. In the handout's folder, run: %s -m pip install -r requirements.txt"
        % (error, os.path.basename(sys.executable or "python"))
    )

if __name__ == "__main__":
    sys.exit(main(os.path.dirname(os.path.abspath(__file__))))
