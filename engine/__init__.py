"""What an office does with a request: knows no browser and no queue."""
