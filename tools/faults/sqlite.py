"""Prints the rows of a statement as JSON lists of strings: sqlite.py DATABASE STATEMENT. Writes nothing."""

import json
import sqlite3
import sys

database, statement = sys.argv[1:]
rows = sqlite3.connect(database, timeout=30).execute(statement)
json.dump([["" if value is None else str(value) for value in row] for row in rows], sys.stdout)
