"""What is special to a dossier: applicant, components, supplements, documents and drafts."""
