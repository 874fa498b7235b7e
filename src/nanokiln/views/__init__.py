"""Pictures, films and files of the voxel scale.

The input is the dataset ``voxels`` of a sample: distance field and melt on a periodic grid, stage by stage.
`render` draws a stage like a secondary-electron image, `sheet` puts several side by side, `film` turns and
steps through the stages, `web` makes a model that turns in a browser; `vtk`, `xyz`, `tiff` and `stl` write
what ParaView, OVITO, Fiji and printers read. Nothing here changes a number.
"""
