"""Plans of other scheduling programs: one neutral description, whatever the file, and its way into an event."""
