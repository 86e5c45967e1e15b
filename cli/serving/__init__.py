"""The process tree of ./motcua serve: a supervisor, the pages, the workers; none outlives the others."""
