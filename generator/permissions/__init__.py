"""What policies let whom do, as sets of requests that can be compared: whether one lets through more than another.

A request is a principal, an action, a resource and a context. A statement is a product of four sets of these, and
what a list of policies lets through is the union of what it allows, without the union of what it denies. "More than
before" is a question of inclusion, and it is decided exactly: patterns with `*` and `?` as automata, numbers, dates and
networks as intervals, the presence of a condition key as a member of its set. What cannot be decided is more.

    policy       what a policy is: statements whose every leaf is a text, or unknown
    document     JSON, a mapping or blocks of Terraform -> a policy
    managed      the policy behind an ARN of AWS's own, or one of which only the name is known
    widening     two sets of permissions -> what the second lets through beyond the first
    finding      … each as a value: who, what, why it matters, whether it is refused, before and after in words
    words        a statement in English
    comparison   two lists of policies -> statements that were added, removed, widened or narrowed

Below them: `pattern` and `language` (texts), `interval` (numbers), `region` (requests), `condition`, `principal` and
`grant` (statements as regions); `judgement` with `binding`, `resource`, `administration` and `takeover` (why a grant
matters).
"""
