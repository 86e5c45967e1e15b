"""What `./motcua lint` reads and writes: files and bundles in, findings as text or JSON out."""
