"""Operations on parts of a workspace's own: make, prove, add, compare and update them."""
