"""Laws that a metric may follow: fit, z values, probability limits with and without estimation error."""
