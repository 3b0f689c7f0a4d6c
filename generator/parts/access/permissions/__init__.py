"""What a spec lets a role do beyond what its work needs: from short words, or statement by statement."""
