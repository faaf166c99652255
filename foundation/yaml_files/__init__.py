"""YAML files that organisations share: what one app needs to read them from strangers and to write them for people.

errors   FileError: every problem at once, with line, place and remedy
reading  `open_file`, `Section`: every value asked for by name and checked
writing  nodes in a given order, long texts folded
"""

from foundation.yaml_files.errors import FileError, Problem
from foundation.yaml_files.reading import MOST_BYTES, Problems, Section, open_file
from foundation.yaml_files.writing import Fields, listed, mapping, sequence, texts, written

__all__ = [
    "MOST_BYTES", "Fields", "FileError", "Problem", "Problems", "Section", "listed", "mapping", "open_file", "sequence",
    "texts", "written",
]  # fmt: skip
