"""The exercises: a file for each page of the chapter, read and checked by `checking`.

These files are no modules: their cells are read as text and run one by one.
"""
