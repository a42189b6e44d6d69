"""From new signals to a mail: words, pictures and delivery."""
