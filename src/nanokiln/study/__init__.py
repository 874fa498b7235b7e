"""Learn: claims and verdicts, calibration on claims."""
