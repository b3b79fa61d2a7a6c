"""Coverage-guided fuzzing of everything that decodes a student's bytes."""
