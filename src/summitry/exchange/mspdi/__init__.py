"""Microsoft Project XML (MSPDI), in and out."""
