"""The operator's pages: what stands still and how to mend it, how the house is doing, the sample office's tray."""
