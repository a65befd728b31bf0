"""Training by self-play: data (`rl.data`) and rounds (`rl.selfplay`), docs/selfplay.md."""
