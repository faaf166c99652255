"""Modules as YAML text, so that organisations can share them. Pure: text in, frozen values out.

reading  text → values
writing  values → text
"""

from training.module_files.reading import MODULE_FORMAT, parse_module
from training.module_files.writing import dump_module

__all__ = ["MODULE_FORMAT", "dump_module", "parse_module"]
