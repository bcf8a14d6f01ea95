"""The core's forms. A form turns text into plain values; the action judges them."""
