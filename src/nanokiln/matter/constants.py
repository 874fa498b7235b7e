"""Exact and tabulated constants used by several laws."""

from __future__ import annotations

from ..core.parameters import Parameter

SI = "SI definition of 2019"
IUPAC = "IUPAC standard atomic masses, 2021 table"

GAS_CONSTANT = Parameter("const.gas", 8.314462618, "J/mol/K", 8.314462618, 8.314462618, SI, "exact")
BOLTZMANN = Parameter("const.boltzmann", 1.380649e-23, "J/K", 1.380649e-23, 1.380649e-23, SI, "exact")
AVOGADRO = Parameter("const.avogadro", 6.02214076e23, "1/mol", 6.02214076e23, 6.02214076e23, SI, "exact")
FARADAY = Parameter("const.faraday", 96485.33212, "C/mol", 96485.33212, 96485.33212, SI, "exact")
ATMOSPHERE = Parameter("const.atmosphere", 101325.0, "Pa", 101325.0, 101325.0, "definition", "exact")

MASS_H = Parameter("mass.H", 1.008, "g/mol", 1.00784, 1.00811, IUPAC, "exact")
MASS_B = Parameter("mass.B", 10.81, "g/mol", 10.806, 10.821, IUPAC, "exact")
MASS_C = Parameter("mass.C", 12.011, "g/mol", 12.0096, 12.0116, IUPAC, "exact")
MASS_O = Parameter("mass.O", 15.999, "g/mol", 15.99900, 15.99977, IUPAC, "exact")
MASS_SI = Parameter("mass.Si", 28.085, "g/mol", 28.084, 28.086, IUPAC, "exact")
MASS_SIO2 = Parameter("mass.SiO2", 60.083, "g/mol", 60.08, 60.087, IUPAC, "exact")
MASS_B2O3 = Parameter("mass.B2O3", 69.617, "g/mol", 69.60, 69.65, IUPAC, "exact")
MASS_H3BO3 = Parameter("mass.H3BO3", 61.831, "g/mol", 61.82, 61.85, IUPAC, "exact")

#: Atomic masses by element symbol.
ATOMIC_MASS = {"H": MASS_H, "B": MASS_B, "C": MASS_C, "O": MASS_O, "Si": MASS_SI}
