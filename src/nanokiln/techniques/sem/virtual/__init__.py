"""The virtual microscope: scenes, rays of the beam, what they set free, detector and counting.

Apart from the analysis on purpose: neither imports the other.
"""
