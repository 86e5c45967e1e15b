"""Number series: dossier codes and document numbers."""
