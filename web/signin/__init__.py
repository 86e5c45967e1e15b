"""The way in: login and password, or in a sample office a role to step into."""
