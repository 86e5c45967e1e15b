"""The sample office: real offices of Hồ Chí Minh City, invented people, dossiers driven through the real use cases."""
