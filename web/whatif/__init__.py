"""What if a day, a limit, the hours or the people were others: asked by leaders, operators and calendar editors."""
