"""What things are made of: property models with their records, one module per substance or law."""
