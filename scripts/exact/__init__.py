"""How accurate functions are: points, values in fifty digits and more, and other libraries."""
