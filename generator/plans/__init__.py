"""Plans as data: what `terraform show -json` prints, read once for all that judge, compare or show a plan."""
