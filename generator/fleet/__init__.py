"""Plans many environments in one terraform: a scratch root calls each environment's stack as a module.

A plan costs seconds before it looks at the first resource: the provider starts three times, and its schema of 40 MB is
read. One process for many environments pays that once. What comes out is split back into one plan an environment, the
same as that environment alone would get. Nothing that was rendered is changed, and nothing leaves the machine.
"""
