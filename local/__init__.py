"""The local AWS stack: InferX's own template on an emulator, without Docker."""
