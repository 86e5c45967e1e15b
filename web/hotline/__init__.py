"""Reports from the public: the form and the follow-up for everybody, the desk of the hotline and its units."""
