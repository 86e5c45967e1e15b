"""What `./motcua migrate` prints, and who stands behind what it does."""
