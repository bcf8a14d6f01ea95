"""What every app's pages stand on: the request's viewer, the navigation, and the view that previews before it saves."""
