"""The figures of the chapter: one module a page, one function a figure."""
