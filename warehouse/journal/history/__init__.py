"""The journal's schema as older programs made it; a module that has shipped is never changed."""
