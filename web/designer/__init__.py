"""The designers' drawing board: procedures with their versions, the browser editors, checking and publishing."""
