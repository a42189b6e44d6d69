"""From an image file to a mask, from a mask to defects, from defects to the metrics of a part."""
