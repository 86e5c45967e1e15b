"""A witness of somebody else's history: fetch the published seals, hold them against those kept before, keep them."""
