"""One module a library; a function answers the question of its name."""
