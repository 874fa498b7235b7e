"""What is missing for claims without a judge."""

MISSING = {
    "C031": "the diffraction technique (amorphous halo)",
    "C059": "the infrared technique (B-O band)",
    "C060": "the infrared technique (Si-O and B-C bands)",
    "C062": "the diffraction technique (turbostratic carbon)",
}
