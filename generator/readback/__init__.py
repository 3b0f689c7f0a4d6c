"""What the read-back of every part needs: what is expected, who is asked, and how roles and buckets are judged."""
