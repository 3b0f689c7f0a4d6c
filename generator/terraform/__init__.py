"""Runs the real terraform on rendered stacks: offline, against the sandbox, or for real.

`open_stack` is the door; what stands behind it (finding the program and the provider, the child's environment, the
process itself) is used alone only by `doctor` and by tests.
"""

from generator.terraform.mode import Mode, StateAt
from generator.terraform.results import Planned
from generator.terraform.stack import TerraformStack, open_stack
from generator.terraform.tools.programs import Tools, find_tools

__all__ = ["Mode", "Planned", "StateAt", "TerraformStack", "Tools", "find_tools", "open_stack"]
