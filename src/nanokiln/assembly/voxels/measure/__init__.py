"""Everything a referee asks of a voxel body: necks, roughness, sizes, pores, connectivity, tortuosity.

`summary.summary` measures one stage of a run; the modules measure one thing each, on a distance field and
the spheres that made it, in nm where they are given the voxel. `richardson.extrapolate` joins runs with
several voxel sizes. Nothing here changes a field.
"""
