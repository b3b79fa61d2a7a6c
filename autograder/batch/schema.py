"""The tables of a run's store."""

VERSION = 2

SCHEMA = f"""
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE result (key TEXT PRIMARY KEY, state TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE candidate (submission TEXT PRIMARY KEY, key TEXT NOT NULL, entry BLOB NOT NULL);
CREATE TABLE grade (submission TEXT PRIMARY KEY, key TEXT NOT NULL, entry BLOB NOT NULL);
CREATE TABLE history (
    number INTEGER PRIMARY KEY, person TEXT NOT NULL, key TEXT NOT NULL, until TEXT NOT NULL
);
CREATE TABLE mark (number INTEGER PRIMARY KEY, person TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE dropped (check_name TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""

# What can be made again at any time; a store of an earlier version of this format gets it too.
CACHE = "CREATE TABLE IF NOT EXISTS likeness (files TEXT PRIMARY KEY, body BLOB NOT NULL)"
