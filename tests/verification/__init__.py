"""Verification of the voxel engine against exact solutions.

Each file states one law and the error that is allowed; the tolerances are the ones the formulation can hold,
not the ones a run happened to give. `exact` holds solutions by formula or quadrature that share no code with
the engine, `bodies` sets up solids and drops and reads angles and waists from fields. `test_melt_faults`
breaks the model of the melt on purpose and expects the same measurements to notice.

The pressure of a ring is good to about 12 % at R = 22 voxels; waist and force are better. Free drops of 20
degrees need radii above 8 eta (a cylinder) or 17 eta (a sphere): below, the dry wall grows a film (bound of
validity). A cavity with square corners drains drops below 45 degrees, and spheres closer to their copies than
eta draw melt there: neither is a fault of the engine.
"""
