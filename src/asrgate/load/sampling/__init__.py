"""What the machines do while the load lasts: GPUs, exporters and server processes, on the load's clock."""
