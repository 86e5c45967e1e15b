"""The pages of moving running cases to another version: looked at, asked for, approved by somebody else, undone."""
