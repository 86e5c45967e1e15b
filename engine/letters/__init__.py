"""Papers of an office: a bundle's text set in the house's layouts, as PDF, with the places where signatures will go."""
