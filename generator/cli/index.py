"""Which commands there are: names and one line each, so that `--help` imports none of them."""

from __future__ import annotations

from typing import Final

SECTIONS: Final[dict[str, dict[str, str]]] = {
    "Specs": {
        "init": "Make a workspace: specs for dev, staging and prod, .gitignore, hooks and CI.",
        "new": "Write the spec of a new environment: valid, commented, minimal.",
        "adopt": "Take over what exists already: find it, write it into the spec, and plan.",
        "rename": "Rename a build, an entry, an environment or a stack; nothing is destroyed.",
        "validate": "Check specs; every problem at once, with its place and a hint.",
        "explain": "Show where each value of an environment comes from.",
        "diff": "Show what differs between two environments, by meaning.",
        "graph": "Draw one environment, or all of them, as SVG or Mermaid.",
        "schema": "Print the JSON Schema of a spec, or its reference.",
    },
    "Modules": {
        "render": "Turn specs into Terraform, in modules_out/.",
        "watch": "Check and render at each save, while you edit.",
        "where": "Tell which template line and which spec line made a line of Terraform.",
        "part": "Make, prove, add and update parts of your own: keys, rules and a module in parts/.",
        "templates": "List, change and upgrade the templates of ours that you replace.",
        "coverage": "Tell which template branches no environment exercises, and which keys nothing reads.",
    },
    "Terraform": {
        "affected": "Tell which environments a change of the repository changes, and why.",
        "lock": "Write the lock files of providers, for one platform or several.",
        "plan": "Show what Terraform would change; --offline needs no network and no credentials.",
        "show": "Show a kept plan again, in any output, without using it up.",
        "test": "Check plans against the contracts in tests/plans/.",
        "parity": "Check that two environments are the same but for what parity.yaml allows.",
        "apply": "Do what a plan says, after showing it and asking.",
        "bootstrap": "Make the bucket that keeps states, and move its own state into it.",
        "destroy": "Destroy what was applied, after showing it and asking.",
        "guards": "Tell what the guards watch and why, and what was allowed.",
        "drift": "Tell what changed outside, what is not applied yet, and what is known.",
        "state": "Save a state that an apply could not save, bring one back, move it, or unlock it.",
        "verify": "Compare what was applied with the spec, and tell whether it is ready to build.",
        "outputs": "Show the outputs of an applied environment.",
    },
    "Around": {
        "docs": "Read the documentation: a list of topics, or one of them.",
        "completion": "Print what makes your shell complete commands, options and names.",
        "ci": "Write the pipeline files of an engine of CI, or check that they are up to date.",
        "report": "Join the plans of several machines into one report.",
        "demo": "From a spec to applied, verified infrastructure in a sandbox, explained.",
        "status": "Show each environment in one line: place, modules, sandbox.",
        "sandbox": "Start, stop or look at the local AWS stand-in.",
        "doctor": "Look for terraform, provider and credentials; --install fetches Terraform.",
    },
}

SUMMARIES: Final[dict[str, str]] = {name: line for section in SECTIONS.values() for name, line in section.items()}
