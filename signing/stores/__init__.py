"""Where signing keys lie and how each kind is opened: key files, tokens and modules, remote services, desks."""
