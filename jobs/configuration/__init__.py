"""The settings file: sections, checks, template; the site folder."""
