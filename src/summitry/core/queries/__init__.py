"""What the core's pages ask. Everything that reaches a person is asked for a viewer."""
