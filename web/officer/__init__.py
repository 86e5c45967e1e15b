"""The officials' desk: worklists, tasks with everything around them, dossiers to look through, what is late."""
