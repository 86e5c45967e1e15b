"""What the pictures of the README show, and how one gets there."""
