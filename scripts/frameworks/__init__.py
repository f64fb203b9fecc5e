"""What other libraries answer to the questions of `questions.py`, each run for real."""
