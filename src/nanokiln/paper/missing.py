"""What is missing for claims without a judge."""

MISSING = {
    "C059": "the infrared technique (B-O band)",
    "C060": "the infrared technique (Si-O and B-C bands)",
}
