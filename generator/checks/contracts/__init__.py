"""Plan contracts: what must hold of an environment's plan, in YAML, checked on plans that need no credentials.

    tests/plans/prod.yaml
        values      attributes of resources, by address
        counts      number of resources, by type
        outputs     values of outputs
        absent      addresses, types or modules that must not be there
        policies    statements of policies, by address of the document or of the resource

A contract names what it is about and nothing else: an attribute that it does not name may have any value.
"""
