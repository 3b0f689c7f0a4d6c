"""Rules of the builds."""
