"""What a training run needs before it starts: memory, time and money, from the shapes of model, machines and work."""
