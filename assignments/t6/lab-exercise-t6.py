import sys

try:
    from lab_exercise_t6 import main
except ModuleNotFoundError as missing:
    how = "in this folder: python -m pip install -r requirements.txt"
    sys.exit(f"{missing.name} is not installed: {how}")

if __name__ == "__main__":
    main()
