"""nanokiln: from nanoparticle recipe through the furnace to instruments and half cell."""
