"""The manners of the HTTP API: problems, strict input, cursors, versions, scopes and a schema that tells the truth."""
