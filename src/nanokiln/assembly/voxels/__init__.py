"""Voxel scale: melt and solid as fields on a periodic grid of cubes.

`engine` takes spheres and melt through a firing (`history`): the melt is a phase field with an obstacle
potential and a volume multiplier (`melt`; one for each pocket in `pockets`), the solid is carried by its
signed distance (`solid`). `cooling` leaves residue by unmixing or lets silica regrow on nuclei
(`nucleation`), `wash` takes what is soluble, `composition` says what each voxel is made of, and `measure`
reads necks, roughness and pores from the result. `fields` holds what melt and solid share; `reference` and
`solid_reference` are the readable twins of the compiled kernels.

A run returns an `xarray.Dataset` over ``stage``, ``x``, ``y``, ``z`` (and ``sphere``, ``xyz``): ``phi``
(signed distance in voxels, positive in the solid), ``melt`` (share of melt), ``voxel_nm``, ``time_s``,
``temperature_degC``, ``valid``, ``position_vox`` and ``radius_vox``; the last stage is what the powder is
now.
"""
