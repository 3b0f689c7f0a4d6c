"""One terraform process: started, watched, told to stop, and what it says."""
