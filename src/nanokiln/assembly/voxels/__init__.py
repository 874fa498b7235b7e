"""Voxel scale: melt and solid as fields on a periodic grid of cubes.

The melt is a phase field with an obstacle potential and one volume multiplier (`melt`); the solid is carried
by its signed distance. `fields` holds what both share, `reference` the readable twin of the compiled melt
kernel.
"""
