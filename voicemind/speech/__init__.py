"""From sound to turns: pure stages over ports."""
