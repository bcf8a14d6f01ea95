"""The schedule's checks. Importing this package registers them."""
