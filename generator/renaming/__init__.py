"""Something of a spec gets another name: what the specs say then, and what AWS goes on to know it by."""
