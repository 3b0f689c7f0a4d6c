"""The read-back: what really exists after an apply, asked of AWS (or the sandbox) and compared with the spec.

Not with the plan, nor with anything that was derived for the templates: a mistake on the way from the spec to the
resources shows up here, wherever it was made.
"""
