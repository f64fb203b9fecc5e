"""How answers to the exercises are checked; the exercises themselves stand in `docs/exercises`."""
