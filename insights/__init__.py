"""Reading only: what the cluster can show."""
