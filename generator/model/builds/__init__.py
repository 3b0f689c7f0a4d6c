"""What the builds of a spec come to: code, image, machine, sign-in, start."""
