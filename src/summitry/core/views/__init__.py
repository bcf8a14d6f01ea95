"""The core's pages: checks, log and history, undo, documents, settings."""
