"""What the tests read from pages: examples, prose, numbers. Knows no generator."""
